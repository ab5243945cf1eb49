"""The desk as the chat shows it: whether it is open, when it opens, whether an agent is present, and whether agents see
what visitors are writing."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from conversations.welcome.texts import Reception, asked_receptions, read_receptions
from core import clock
from core.live import hub
from core.live.wire import milliseconds
from core.statements import fetch_here
from core.tenancy.scope import current_tenant_id
from core.tenancy.threads import in_thread
from routing.reception.queries import asked_groups_there

CACHE_SECONDS = 10.0  # seconds
MAX_CACHED_CHANNELS = 10_000  # channels


def desk_object(texts: Reception, groups_there: Collection[int]) -> dict[str, Any]:
    """`desk` of the protocol; `groups_there`: the groups in which somebody can answer."""
    now = clock.now()
    is_open = texts.is_open(now)
    there = not set(groups_there).isdisjoint(texts.open_groups(now))
    desk = {"open": is_open, "opens": milliseconds(None if is_open else texts.next_opening(now)), "there": there}
    return desk | ({"preview": True} if texts.previews else {})


@dataclass(frozen=True, slots=True)
class _CachedDesk:
    since: float  # of time.monotonic()
    desk: dict[str, Any]


_cache: dict[tuple[int, int], _CachedDesk] = {}  # by tenant and channel


async def desks(channel_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """`desk_object` of several channels of one tenant, from a cache at most `CACHE_SECONDS` old.

    Entries from before the tenant's last request for digests are not used. Sessions use `desk_object`, which is
    uncached.
    """
    tenant_id, now = current_tenant_id(), time.monotonic()
    valid_since = max(now - CACHE_SECONDS, hub.hub().digests_requested_at.get(tenant_id, 0.0))
    known = {
        pk: cached.desk for pk in channel_ids if (cached := _cache.get((tenant_id, pk))) and cached.since > valid_since
    }
    if len(known) == len(channel_ids):
        return known
    found = await in_thread(_desks, set(channel_ids) - known.keys())
    if len(_cache) > MAX_CACHED_CHANNELS:
        _cache.clear()
    _cache.update({(tenant_id, pk): _CachedDesk(now, desk) for pk, desk in found.items()})
    return known | found


def _desks(channel_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    receptions, present = fetch_here(asked_receptions(channel_ids), asked_groups_there(channel_ids))
    groups_there = [row["group_id"] for row in present]
    return {
        channel_id: desk_object(reception, groups_there)
        for channel_id, reception in read_receptions(receptions).items()
    }
