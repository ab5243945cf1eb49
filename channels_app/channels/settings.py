"""Channels as places of settings."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings.levels import LevelSpec, Named, Tab, register_level
from channels_app.channels.views import tabs
from channels_app.models import Channel
from channels_app.reception.places import channel_place
from core.actors import Actor
from core.settings.levels import Level, Place
from core.web.addresses import TenantRequest


def _find(public_id: str) -> Place | None:
    found = Channel.objects.select_related("service_account").filter(public_id=public_id).first()
    return channel_place(found) if found else None


def _listed(reader: Actor, speaking: Collection[int]) -> "QuerySet[Any, Named]":
    return Channel.objects.order_by("service_account_id", "pk").values_list("pk", "name", "public_id")


def _tabs(request: TenantRequest, place: Place) -> list[Tab]:
    return tabs(place.public_id, request) if request.user.actor().may(Permission.MANAGE_CHANNELS) else []


register_level(
    LevelSpec(
        Level.CHANNEL,
        _("Channel"),
        find=_find,
        children=_listed,
        tabs=_tabs,
        tabs_name=_("Pages of the channel"),
    )
)
