"""Forms of the pages about service accounts and channels. `version` says what the reader saw."""

import re
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import Group
from accounts.roster import groups_that_can_serve
from channels_app.actions import MOST_SITES, NoSites, TooManySites
from channels_app.designs import LARGEST_OFFSET, Design
from channels_app.models import Channel, Icon, ServiceAccount
from channels_app.origins import ANY, readable, site_of
from core.editing import VersionedForm
from core.filter_fields import Choice, words
from core.listing import FilterForm
from core.names import NameField
from core.ordering import Spoken
from core.typed import NarrowField

COLOR = re.compile(r"#[0-9a-f]{6}")
PICTURES = ".jpg,.jpeg,.png,.webp,image/jpeg,image/png,image/webp"


class AccountForm(VersionedForm):
    """A service account."""

    name = NameField(label=_("Name"), max_length=30, help_text=_("Customers see this name over the chat."))
    avatar = forms.FileField(
        label=_("Avatar"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": PICTURES}),
        help_text=_(
            "JPG, PNG or WebP, square, at least 200 × 200 pixels, 2 MB at most. Without one: the first letter."
        ),
    )
    without_avatar = forms.BooleanField(label=_("Remove the avatar"), required=False)
    groups = forms.MultipleChoiceField(
        label=_("Serving groups"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their agents answer what comes through its channels."),
        error_messages={"required": _("Choose at least one group: otherwise nobody answers.")},
    )
    show_agent_name = forms.BooleanField(
        label=_("Show the agent's name"),
        required=False,
        help_text=_("Customers see who writes; switched off, everything is said in the service account's name."),
    )

    def __init__(self, *args: Any, has_avatar: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = groups_that_can_serve()
        groups = [(group.public_id, _group_text(group, able=group.pk in able)) for group in Group.objects.all()]
        self.fields["groups"].choices = groups  # type: ignore[attr-defined]
        if len(groups) == 1:
            self.initial.setdefault("groups", [groups[0][0]])
        if not has_avatar:
            del self.fields["without_avatar"]


def _group_text(group: Group, *, able: bool) -> str:
    return group.name if able else _("%(group)s (nobody can serve)") % {"group": group.name}


class ChannelForm(VersionedForm):
    """A channel, but for its design."""

    name = NameField(label=_("Name"), max_length=30, help_text=_("For your own lists; customers do not see it."))
    service_account = forms.ChoiceField(label=_("Service account"), help_text=_("Whom customers talk to."))
    any_site = forms.BooleanField(
        label=_("Any site may show the chat"),
        required=False,
        help_text=_("Switched off, only the sites below: elsewhere there is no button."),
    )
    sites = forms.CharField(
        label=_("Allowed sites"),
        required=False,
        max_length=MOST_SITES * 220,
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
        accounts = ServiceAccount.objects.order_by(Spoken("name"), "pk")
        self.fields["service_account"].choices = [(one.public_id, one.name) for one in accounts]  # type: ignore[attr-defined]
        if new:
            del self.fields["is_active"]

    def clean_sites(self) -> list[str]:
        """The origins of the lines."""
        found, lines = [], [line.strip() for line in self.cleaned_data["sites"].splitlines() if line.strip()]
        for line in lines:
            origin = site_of(line)
            if origin is None:
                raise forms.ValidationError(_no_site(line), params={"line": line[:80]})
            found.append(origin)
        if len(set(found)) > MOST_SITES:
            raise forms.ValidationError(TooManySites.text)
        return list(dict.fromkeys(found))

    def clean(self) -> dict[str, Any]:
        """Of sites that nobody asks for (their field is hidden) nothing is wrong; otherwise there is at least one."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("any_site"):
            self.errors.pop("sites", None)
        elif "sites" not in self.errors and not given.get("sites"):
            self.add_error("sites", NoSites.text)
        return given

    def origins(self) -> list[str]:
        """What the channel's column holds."""
        return [ANY] if self.cleaned_data["any_site"] else self.cleaned_data["sites"]


def _no_site(line: str) -> Any:
    """What is wrong with a line: many expect that a star stands for any name."""
    if ANY in line:
        return _("A star stands for nothing here: %(line)s. List each name, such as www.example.com.")
    return _("This is not the address of a site: %(line)s")


def channel_facts(channel: Channel) -> dict[str, Any]:
    """What `ChannelForm` shows of a stored channel."""
    return {
        "name": channel.name,
        "service_account": channel.service_account.public_id,
        "any_site": ANY in channel.origins,
        "sites": "\n".join(readable(origin) for origin in channel.origins if origin != ANY),
        "is_active": channel.is_active,
        "version": channel.version,
    }


class OffsetField(forms.IntegerField):
    """Pixels between the button and the edge of the window."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, validators=[MinValueValidator(0), MaxValueValidator(LARGEST_OFFSET)])
        self.widget.attrs.update({"min": 0, "max": LARGEST_OFFSET, "inputmode": "numeric"})


class DesignForm(VersionedForm):
    """How the button and the chat look on a site."""

    color = NarrowField(label=_("Colour"), max_length=7, widget=forms.TextInput(attrs={"type": "color"}))
    icon = forms.ChoiceField(label=_("Icon"), choices=Icon.choices, widget=forms.RadioSelect)
    side = forms.ChoiceField(
        label=_("Side"), choices=[("start", _("Left")), ("end", _("Right"))], widget=forms.RadioSelect
    )
    offset_x = OffsetField(_("Distance from the side (pixels)"))
    offset_y = OffsetField(_("Distance from the bottom (pixels)"))

    def clean_color(self) -> str:
        """As browsers write it."""
        color = str(self.cleaned_data["color"]).lower()
        if COLOR.fullmatch(color) is None:
            raise forms.ValidationError(_("A colour is written like #1a56db."))
        return color

    def design(self) -> Design:
        """The values of a valid form."""
        return Design(**self.said)


class ChannelFilter(FilterForm):
    """By words, on or off."""

    q = words(_("Search"))
    state = Choice(_("State"), [("on", _("Switched on")), ("off", _("Switched off")), ("unseen", _("Not seen yet"))])

    def narrow(self, rows: Any) -> Any:
        """The channels that are meant."""
        if wanted := self.value("q"):
            rows = rows.filter(name__icontains=wanted) | rows.filter(service_account__name__icontains=wanted)
        state = self.value("state")
        if state in ("on", "off"):
            rows = rows.filter(is_active=state == "on")
        return rows.filter(seen_at=None) if state == "unseen" else rows
