"""The form of a channel."""

from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from channels_app.channels.actions import MAX_SITES, NoSites, TooManySites
from channels_app.models import Channel, ServiceAccount
from channels_app.origins import ANY, readable, site_of
from core.console.editing import VersionedForm
from core.console.names import NameField
from core.console.ordering import AlphabeticalOrder


class ChannelForm(VersionedForm):
    """A channel without its design."""

    name = NameField(label=_("Name"), max_length=30, help_text=_("For your own lists; customers do not see it."))
    service_account = forms.ChoiceField(label=_("Service account"), help_text=_("Whom customers talk to."))
    any_site = forms.BooleanField(
        label=_("Any site may show the chat"),
        required=False,
        initial=True,
        help_text=_("Switched off, only the sites below: elsewhere there is no button."),
    )
    sites = forms.CharField(
        label=_("Allowed sites"),
        required=False,
        max_length=MAX_SITES * 220,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "placeholder": "https://www.example.com"}),
        help_text=_("One a line, such as www.example.com. Each name counts by itself: with and without www. are two."),
    )
    is_active = forms.BooleanField(
        label=_("Switched on"),
        required=False,
        help_text=_("Switched off, the button disappears and the public link leads nowhere. The history stays."),
    )

    def __init__(self, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = ServiceAccount.objects.order_by(AlphabeticalOrder("name"), "pk")
        self.fields["service_account"].choices = [(one.public_id, one.name) for one in accounts]  # type: ignore[attr-defined]
        if new:
            del self.fields["is_active"]

    def clean_sites(self) -> list[str]:
        """The origins in the lines."""
        found, lines = [], [line.strip() for line in self.cleaned_data["sites"].splitlines() if line.strip()]
        for line in lines:
            origin = site_of(line)
            if origin is None:
                raise forms.ValidationError(_no_site(line), params={"line": line[:80]})
            found.append(origin)
        if len(set(found)) > MAX_SITES:
            raise forms.ValidationError(TooManySites.text)
        return list(dict.fromkeys(found))

    def clean(self) -> dict[str, Any]:
        """Ignores errors of the hidden list of sites; otherwise requires a site."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("any_site"):
            self.errors.pop("sites", None)
        elif "sites" not in self.errors and not given.get("sites"):
            self.add_error("sites", NoSites.text)
        return given

    @classmethod
    def of(cls, row: Channel, data: QueryDict | None, files: Any = None) -> Self:
        """The form of a channel, with the sent or the saved values."""
        known = {
            "name": row.name,
            "service_account": row.service_account.public_id,
            "any_site": ANY in row.origins,
            "sites": "\n".join(readable(origin) for origin in row.origins if origin != ANY),
            "is_active": row.is_active,
            "version": row.version,
        }
        return cls(data, files, initial=known)

    def arguments(self) -> dict[str, Any]:
        """The values for the action; "*" for any site."""
        values = self.own_values
        sites, any_site = values.pop("sites", []), values.pop("any_site")
        return values | {"origins": [ANY] if any_site else sites}


def _no_site(line: str) -> Any:
    """The error for a line; says so where a star was meant as a wildcard."""
    if ANY in line:
        return _("A star stands for nothing here: %(line)s. List each name, such as www.example.com.")
    return _("This is not the address of a site: %(line)s")
