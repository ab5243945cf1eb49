"""Access of embedding sites to a channel."""

import re

from django.http import HttpRequest

from channels_app.models import Channel
from channels_app.origins import ANY, origin_of
from core.errors import NotFound
from core.rows import one_or_404
from core.tenancy.models import PUBLIC_ID
from core.tenancy.scope import unscoped
from core.web.addresses import public_origin


def channel_of(public_id: str) -> Channel:
    """The active channel of any tenant; raises `NotFound`."""
    if re.fullmatch(PUBLIC_ID, public_id) is None:
        raise NotFound
    with unscoped(reason="the channel's public id says which tenant"):
        rows = Channel.objects.select_related("service_account", "tenant")
        return one_or_404(rows.filter(public_id=public_id, is_active=True))


def is_allowed(request: HttpRequest, channel: Channel) -> bool:
    """Whether the channel allows the site in `Referer`; True where the browser names none."""
    if ANY in channel.origins:
        return True
    site = origin_of(request.headers.get("Referer", ""))
    return site is None or site in channel.origins or site == public_origin(request)
