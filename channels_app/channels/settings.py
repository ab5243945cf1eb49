"""Channels as a level of settings."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings.levels import LevelSpec, register_level
from channels_app.channels.queries import channel
from channels_app.channels.views import page_context
from channels_app.models import Channel
from channels_app.reception.places import channel_place
from core.settings.levels import Level, Place
from core.web.request import TenantRequest


def _rows() -> "QuerySet[Channel]":
    return Channel.objects.select_related("service_account").order_by("service_account_id", "pk")


def _context(request: TenantRequest, place: Place) -> Mapping[str, Any]:
    may = request.user.actor().may(Permission.MANAGE_CHANNELS)
    return page_context(channel(place.public_id), request) if may else {}


register_level(
    LevelSpec(
        Level.CHANNEL,
        _("Channel"),
        rows=_rows,
        place_of=channel_place,
        folder="channels",
        context=_context,
    )
)
