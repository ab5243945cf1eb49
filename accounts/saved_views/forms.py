"""What one says of a saved view."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.console.forms import Form
from core.console.names import NameField


class ViewForm(Form):
    """A name, and whether the list opens with it."""

    name = NameField(label=_("Name"), max_length=30, help_text=_("Only you see it, above this list's filters."))
    is_default = forms.BooleanField(label=_("Open the list with this view"), required=False)


class NewViewForm(ViewForm):
    """The same, of a new one."""

    name = NameField(
        label=_("Name"),
        max_length=30,
        help_text=_("Only you see it, above this list's filters. A view that has the name already is replaced."),
    )
