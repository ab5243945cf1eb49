"""The form of a design."""

import re
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from channels_app.embed_codes.designs import LARGEST_OFFSET, Design
from channels_app.models import Icon
from core.console.editing import VersionedForm
from core.console.typed import NarrowField

COLOR = re.compile(r"#[0-9a-f]{6}")


class OffsetField(forms.IntegerField):
    """Pixels between the button and the edge of the window."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, validators=[MinValueValidator(0), MaxValueValidator(LARGEST_OFFSET)])
        self.widget.attrs.update({"min": 0, "max": LARGEST_OFFSET, "inputmode": "numeric"})


class DesignForm(VersionedForm):
    """The design of the button and the chat."""

    color = NarrowField(label=_("Colour"), max_length=7, widget=forms.TextInput(attrs={"type": "color"}))
    icon = forms.ChoiceField(label=_("Icon"), choices=Icon.choices, widget=forms.RadioSelect)
    side = forms.ChoiceField(
        label=_("Side"), choices=[("start", _("Left")), ("end", _("Right"))], widget=forms.RadioSelect
    )
    offset_x = OffsetField(_("Distance from the side (pixels)"))
    offset_y = OffsetField(_("Distance from the bottom (pixels)"))

    def clean_color(self) -> str:
        """In lower case, as browsers write it."""
        color = str(self.cleaned_data["color"]).lower()
        if COLOR.fullmatch(color) is None:
            raise forms.ValidationError(_("A colour is written like #1a56db."))
        return color

    def design(self) -> Design:
        """The values of a valid form."""
        return Design(**self.own_values)
