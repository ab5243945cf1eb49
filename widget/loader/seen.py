"""Sightings of snippets, taken from requests that browsers make anyway; few of them are written.

The loader's request names the site in `Referer` (by default the origin alone). A site that sends none is recorded when
a visitor opens the chat there, because the frame asks for its origin.
"""

import logging
import re

from django.http import HttpRequest
from redis.exceptions import RedisError

from channels_app.install.seen import LONGEST_PAGE, record_sighting
from channels_app.models import Channel
from channels_app.origins import origin_of
from core.actors import SYSTEM
from core.errors import TooMany
from core.tenancy.scope import tenant_scope
from core.web import throttle
from core.web.addresses import client_network

log = logging.getLogger(__name__)
OF_A_SITE = "1/minute"
FROM_AN_ADDRESS = "30/minute"  # bounds how many rows forged origins can make
OF_A_CHANNEL = "120/minute"
VERSION = re.compile(r"[\w-]+\.(\d{1,6})")


def note_installation(request: HttpRequest, channel: Channel, *, design_version: int) -> bool:
    """Records the site of the request, rate-limited; returns whether a row was written."""
    page = request.headers.get("Referer", "")
    origin = origin_of(page)
    if origin is None or not _worth_writing(request, channel, origin):
        return False
    with tenant_scope(channel.tenant_id):
        return record_sighting(
            actor=SYSTEM,
            channel=channel,
            origin=origin,
            page_url=page.split("#")[0].replace("\x00", "")[:LONGEST_PAGE],
            design_version=design_version,
        )


def running_version(text: str) -> int | None:
    """The design version in the `v` with which a loader opened the chat; None for anything else."""
    found = VERSION.fullmatch(text)
    return int(found[1]) if found else None


def _worth_writing(request: HttpRequest, channel: Channel, origin: str) -> bool:
    try:
        throttle.count(OF_A_SITE, "sighting", channel.public_id, origin)
        throttle.count(FROM_AN_ADDRESS, "sightings-from", client_network(request))
        throttle.count(OF_A_CHANNEL, "sightings-of", channel.public_id)
    except TooMany:
        return False
    except RedisError:
        log.warning("sightings cannot be counted", exc_info=True)  # the loader is served all the same
        return False
    return True
