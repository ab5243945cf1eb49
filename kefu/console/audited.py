"""What the audit log tells of beside the console's subjects: kinds of objects, what is done to them, what of them
changes."""

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.agents.leaving import QUEUE
from accounts.audit.exporting import filter_text
from accounts.audit.kinds import Addresses, Kind, role_text
from accounts.audit.subjects import SETTING_ACTIONS, one_of, setting_fields, setting_words
from accounts.models import Agent
from accounts.permissions import Permission
from channels_app.models import Channel, Icon, ServiceAccount
from channels_app.origins import ANY, readable
from conversations.models import Conversation
from core.settings.levels import Level
from stats.reports import registry
from stats.reports.filters import LABELS


def pages(model: type[Model], name: str, **values: Any) -> Addresses:
    """The pages of objects with public ids, of those that are still there."""

    def find(ids: Collection[int]) -> Mapping[int, str]:
        found = model._default_manager.filter(pk__in=ids, **values).values_list("pk", "public_id")
        return {key: reverse(name, args=[public_id]) for key, public_id in found}

    return find


def sites_text(origins: Any) -> str:
    """The sites that may show a channel's chat."""
    if ANY in origins:
        return gettext("Any site")
    return gettext(", ").join(map(readable, origins)) or gettext("none")


KINDS = (
    Kind(
        "agent",
        _("Agent"),
        {
            "agent.added": _("Agent added"),
            "agent.changed": _("Agent changed"),
            "agent.enabled": _("Agent enabled"),
            "agent.disabled": _("Agent disabled"),
            "agent.password_reset": _("Password reset"),
            "agent.password_changed": _("Own password changed"),
            "agent.deleted": _("Agent deleted"),
            **SETTING_ACTIONS,
        },
        {
            "number": _("Number"),
            "nickname": _("Nickname"),
            "email": _("E-mail"),
            "role": _("Role"),
            "groups": _("Groups and skill weights"),
            "enabled": _("Enabled"),
            "conversations": _("Open conversations"),
            "conversations_to": _("Open conversations to"),
            **setting_fields(Level.AGENT),
        },
        {
            "role": role_text,
            "conversations_to": one_of({QUEUE: _("Back to the front of the queue")}),
            **setting_words(Level.AGENT),
        },
        pages(Agent, "accounts:agent", deleted_at=None),
        Permission.MANAGE_TEAM,
    ),
    Kind(
        "sign_in",
        _("Sign-in"),
        {
            "sign_in.opened": _("Signed in"),
            "sign_in.ended": _("Signed out"),
            "sign_in.refused": _("Wrong sign-in"),
            "sign_in.throttled": _("Too many wrong sign-ins"),
        },
        addresses=pages(Agent, "accounts:agent", deleted_at=None),
        permission=Permission.MANAGE_TEAM,
    ),
    Kind(
        "team",
        _("Team"),
        {"team.exported": _("Agents exported")},
        {"rows": _("Rows"), "filter": _("Filter")},
        {"filter": filter_text},
        only=_("Agents"),
    ),
    Kind(
        "service_account",
        _("Service account"),
        {
            "service_account.added": _("Service account added"),
            "service_account.changed": _("Service account changed"),
            "service_account.deleted": _("Service account deleted"),
            **SETTING_ACTIONS,
        },
        {
            "name": _("Name"),
            "avatar": _("Picture"),
            "show_agent_name": _("Agent's name shown"),
            "groups": _("Groups"),
            **setting_fields(Level.SERVICE_ACCOUNT),
        },
        setting_words(Level.SERVICE_ACCOUNT),
        pages(ServiceAccount, "channels:account"),
        Permission.MANAGE_CHANNELS,
    ),
    Kind(
        "channel",
        _("Channel"),
        {
            "channel.added": _("Channel added"),
            "channel.changed": _("Channel changed"),
            "channel.design_drafted": _("Design kept as a draft"),
            "channel.design_published": _("Design published"),
            "channel.deleted": _("Channel deleted"),
            **SETTING_ACTIONS,
        },
        {
            "name": _("Name"),
            "service_account": _("Service account"),
            "origins": _("Websites"),
            "is_active": _("Enabled"),
            "color": _("Colour"),
            "icon": _("Icon"),
            "side": _("Side"),
            "offset_x": _("Distance from the side"),
            "offset_y": _("Distance from the bottom"),
            **setting_fields(Level.CHANNEL),
        },
        {
            "origins": sites_text,
            "icon": one_of(dict(Icon.choices)),
            "side": one_of({"start": _("Left"), "end": _("Right")}),
            **setting_words(Level.CHANNEL),
        },
        pages(Channel, "channels:channel"),
        Permission.MANAGE_CHANNELS,
    ),
    Kind(
        "tenant",
        _("Company"),
        {"tenant.opened": _("Company opened"), **SETTING_ACTIONS},
        {
            "code": _("Company number"),
            "language": _("Language"),
            "time_zone": _("Time zone"),
            **setting_fields(Level.TENANT),
        },
        {"language": one_of(dict(settings.LANGUAGES)), **setting_words(Level.TENANT)},
    ),
    Kind(
        "conversation",
        _("Conversation"),
        {"conversation.viewed": _("Conversation of others read")},
        addresses=pages(Conversation, "conversations:conversation"),
        permission=Permission.SEE_ALL,
    ),
    Kind(
        "report",
        _("Report"),
        {"report.exported": _("Report exported")},
        {"report": _("Report"), "rows": _("Rows"), **LABELS},
        {"report": lambda name: str(registry.title_of(name))},
    ),
    Kind(
        "audit",
        _("Audit log"),
        {"audit.exported": _("Audit log exported")},
        {"rows": _("Rows"), "filter": _("Filter")},
        {"filter": filter_text},
        only=_("Audit log"),
    ),
)
