"""Access of embedding sites to a channel."""

import re
from typing import NamedTuple

from django.http import HttpRequest

from channels_app.models import Channel
from channels_app.origins import ANY, origin_of
from core.errors import NotFound
from core.rows import one_or_404
from core.tenancy.models import PUBLIC_ID
from core.tenancy.scope import unscoped
from core.tenancy.threads import in_thread
from core.web.addresses import public_origin


def channel_of(public_id: str) -> Channel:
    """The active channel of any tenant; raises `NotFound`."""
    if re.fullmatch(PUBLIC_ID, public_id) is None:
        raise NotFound
    with unscoped(reason="the channel's public id says which tenant"):
        rows = Channel.objects.select_related("service_account", "tenant")
        return one_or_404(rows.filter(public_id=public_id, is_active=True))


class ChannelPlace(NamedTuple):
    """What a channel's public id stands for, which never changes."""

    tenant_id: int
    channel_id: int


async def place_of(public_id: str) -> ChannelPlace:
    """Of the channel of any tenant, open or closed; raises `NotFound`."""
    if (known := _places.get(public_id)) is not None:
        return known
    found = await in_thread(_place_of, public_id)
    if len(_places) >= MAX_KNOWN:
        _places.clear()
    _places[public_id] = found
    return found


def _place_of(public_id: str) -> ChannelPlace:
    with unscoped(reason="the channel's public id says which tenant"):
        channel = one_or_404(Channel.objects.only("tenant_id", "pk").filter(public_id=public_id))
        return ChannelPlace(channel.tenant_id, channel.pk)


MAX_KNOWN = 10_000
_places: dict[str, ChannelPlace] = {}


def is_allowed(request: HttpRequest, channel: Channel) -> bool:
    """Whether the channel allows the site in `Referer`; True where the browser names none."""
    if ANY in channel.origins:
        return True
    site = origin_of(request.headers.get("Referer", ""))
    return site is None or site in channel.origins or site == public_origin(request)
