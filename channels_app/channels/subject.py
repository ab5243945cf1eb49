"""Channels as a subject of the console."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.audit.kinds import one_of
from accounts.permissions import Permission
from channels_app.channels import queries
from channels_app.channels.filters import ChannelFilter
from channels_app.models import Channel, ChannelKind, Icon
from channels_app.origins import ANY, readable
from core.actors import Actor
from core.console.columns import Column
from core.console.ordering import AlphabeticalOrder
from core.console.subject import Detail, Link, Subject, Words, register
from core.settings.levels import Level

STATES: Mapping[Any, Any] = {True: _("Switched on"), False: _("Switched off")}


def sites_text(origins: Any) -> str:
    """The sites that may embed a channel, as text."""
    if ANY in origins:
        return gettext("Any site")
    return gettext(", ").join(map(readable, origins)) or gettext("none")


def _can_go(channel: Any, reader: Actor) -> bool:
    """One that nobody ever wrote through."""
    return not channel.is_used


def _can_be_switched_off(channel: Any, reader: Actor) -> bool:
    """One that has to stay, while it is on."""
    return bool(channel.is_used and channel.is_active)


def _can_be_switched_on(channel: Any, reader: Actor) -> bool:
    """One that is off."""
    return not channel.is_active


def _audited(channels: Sequence[Channel]) -> list[dict[str, Any]]:
    """The values that its form edits; designs are audited by their own actions."""
    return [
        {
            "name": channel.name,
            "service_account": channel.service_account.name,
            "origins": channel.origins,
            "is_active": channel.is_active,
        }
        for channel in channels
    ]


CHANNEL = register(
    Subject(
        "channel",
        page="channels:channel",
        home="channels:channels",
        address="console/channels/",
        permission=Permission.MANAGE_CHANNELS,
        section="channels",
        place=10,
        icon="globe-alt",
        words=Words(
            one=_("Channel"),
            many=_("Channels"),
            new=_("New channel"),
            none=_("No channels yet"),
            lead=_("Where visitors come from. Each channel shows one service account."),
            why=_("A channel is a web site or a link through which visitors reach you."),
        ),
        objects=queries.channels,
        rows=lambda reader: queries.channels_in_console(),
        filters=ChannelFilter,
        columns=(
            Column("name", _("Name"), "name", cell="channels_app/channels/_name.html"),
            Column("kind", _("Kind"), sort=None, words=dict(ChannelKind.choices), width=12),
            Column(
                "account",
                _("Service account"),
                sort=(AlphabeticalOrder("service_account__name"), AlphabeticalOrder("name")),
                value=lambda channel: channel.service_account.name,
                cell="channels_app/channels/_account.html",
            ),
            Column("is_active", _("State"), sort=None, words=STATES, on_page=False, width=12),
            Column(
                "seen",
                _("Last seen on"),
                sort=("seen_at", AlphabeticalOrder("name")),
                value=lambda channel: channel.site_seen,
                cell="channels_app/channels/_seen.html",
            ),
            Column("seen_at", _("Last seen at"), "time", sort=None, on_page=False),
            Column(
                "link",
                _("Public link"),
                sort=None,
                value=lambda channel: channel.public_id,
                cell="channels_app/channels/_link.html",
                in_file=False,
            ),
        ),
        default="name",
        links=(
            Link("channels:design", _("Design"), "swatch"),
            Link("channels:install", _("Link and code"), "code-bracket"),
            Link("channels:channels_on", _("Switch on"), "check", sends={"do": "on"}, shown=_can_be_switched_on),
            Link("channels:channel_delete", _("Switch off"), "no-symbol", asks=True, shown=_can_be_switched_off),
        ),
        deletes=_can_go,
        audited=(
            "name",
            Detail("service_account", _("Service account")),
            Detail("origins", _("Websites"), sites_text),
            Detail("is_active", _("Enabled")),
            Detail("color", _("Colour")),
            Detail("icon", _("Icon"), one_of(dict(Icon.choices))),
            Detail("side", _("Side"), one_of({"start": _("Left"), "end": _("Right")})),
            Detail("offset_x", _("Distance from the side")),
            Detail("offset_y", _("Distance from the bottom")),
        ),
        snapshots_of=_audited,
        acts={"design_drafted": _("Design kept as a draft"), "design_published": _("Design published")},
        level=Level.CHANNEL,
        exports=True,
        list_template="channels_app/channels/list.html",
        form_template="channels_app/channels/form.html",
    )
)
