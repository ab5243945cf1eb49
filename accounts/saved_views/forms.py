"""Forms of saved views."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.console.forms import Form
from core.console.names import NameField


class ViewForm(Form):
    """Name and default."""

    name = NameField(label=_("Name"), max_length=30, help_text=_("Only you see it, above this list's filters."))
    is_default = forms.BooleanField(label=_("Open the list with this view"), required=False)


class NewViewForm(ViewForm):
    """The form of a new view."""

    name = NameField(
        label=_("Name"),
        max_length=30,
        help_text=_("Only you see it, above this list's filters. A view that has the name already is replaced."),
    )
