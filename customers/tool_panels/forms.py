"""The form of a tool panel."""

from typing import Any, Self
from urllib.parse import urlsplit

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Group
from channels_app.models import ServiceAccount
from channels_app.origins import LOCAL, origin_of
from core.console.editing import VersionedForm
from core.console.names import NameField
from customers.models import ToolPanel
from customers.tool_panels.actions import PanelInput

MIN_HEIGHT, USUAL_HEIGHT, MAX_HEIGHT = 120, 320, 1200


class AddressField(forms.CharField):
    """An https address; http only on the computer itself, for development. kefu never fetches it."""

    def to_python(self, value: object) -> str:
        """The address; raises `ValidationError`."""
        text = (super().to_python(value) or "").strip()
        if text and not is_allowed(text):
            raise forms.ValidationError(
                _("Please enter an address that begins with https://, without a password or a part after #.")
            )
        return text


def is_allowed(address: str) -> bool:
    """Whether a frame may show it: encrypted or local, and nothing in it that browsers read otherwise than we do."""
    if origin_of(address) is None or any(sign in address for sign in "#; \"'<>"):
        return False
    parts = urlsplit(address)
    is_local = parts.hostname in LOCAL
    is_plain = "@" not in parts.netloc and not (parts.hostname or "").endswith(".")  # the page's policy names no dot
    return (parts.scheme == "https" or is_local) and is_plain


class PanelForm(VersionedForm):
    """A tool panel."""

    name = NameField(label=_("Name"), max_length=30, help_text=_("Agents see it over the page."))
    url = AddressField(
        label=_("Address"),
        max_length=500,
        help_text=_("Browsers of agents open it in a closed frame, with ?kefu=… added: who the customer is, signed."),
    )
    height = forms.IntegerField(
        label=_("Height"), min_value=MIN_HEIGHT, max_value=MAX_HEIGHT, initial=USUAL_HEIGHT, help_text=_("In pixels.")
    )
    sort = forms.IntegerField(
        label=_("Priority"),
        min_value=-(10**6),
        max_value=10**6,
        initial=0,
        help_text=_("Panels with a larger number come first."),
    )
    shares_contact = forms.BooleanField(
        label=_("Pass on phone and e-mail"),
        required=False,
        help_text=_("Otherwise the page gets the customer's ID and name only."),
    )
    groups = forms.MultipleChoiceField(
        label=_("Agent groups"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Only their agents see the panel. None ticked: all agents."),
    )
    accounts = forms.MultipleChoiceField(
        label=_("Service accounts"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("It stands beside their conversations only. None ticked: beside all."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, rows in (("groups", Group.objects.all()), ("accounts", ServiceAccount.objects.all())):
            self.fields[name].choices = [(row.public_id, row.name) for row in rows]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, row: ToolPanel, data: QueryDict | None, files: Any = None) -> Self:
        """The form of a panel, with the sent or the saved values."""
        names = ("name", "url", "height", "sort", "shares_contact", "version")
        known = {name: getattr(row, name) for name in names} | {
            "groups": [each.group.public_id for each in row.shown_to.select_related("group")],
            "accounts": [each.service_account.public_id for each in row.shown_beside.select_related("service_account")],
        }
        return cls(data, files, initial=known)

    def arguments(self) -> dict[str, Any]:
        """The values for the action."""
        return {"values": PanelInput(**self.own_values)}
