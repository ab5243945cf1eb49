"""The form of a tag."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.console.editing import VersionedForm
from core.console.names import NameField
from customers.models import Color


class TagForm(VersionedForm):
    """A name and a colour."""

    name = NameField(label=_("Name"), max_length=20)
    color = forms.ChoiceField(label=_("Color"), choices=Color.choices, initial=Color.GREY)
