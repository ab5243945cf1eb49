"""Channels as places of settings."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings.levels import LevelSpec, Tab, register_level
from channels_app.channels.views import tabs
from channels_app.models import Channel
from channels_app.reception.places import channel_place
from core.settings.levels import Level, Place
from core.web.request import TenantRequest


def _rows() -> "QuerySet[Channel]":
    return Channel.objects.select_related("service_account").order_by("service_account_id", "pk")


def _tabs(request: TenantRequest, place: Place) -> list[Tab]:
    return tabs(place.public_id, request) if request.user.actor().may(Permission.MANAGE_CHANNELS) else []


register_level(
    LevelSpec(
        Level.CHANNEL,
        _("Channel"),
        rows=_rows,
        place_of=channel_place,
        tabs=_tabs,
        tabs_name=_("Pages of the channel"),
    )
)
