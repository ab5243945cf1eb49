"""What agents see of those who wait besides their rows: why each waits, and who they are."""

from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from functools import cache
from typing import Any

from conversations.states import Rule
from core.statements import select
from routing.reception.queries import reception_now, who_is_there

MAX_SHOWN = 200  # as many as a desk shows

WAITING = """
select c.public_id as conversation, c.channel_id, c.service_account_id, customer.page_title, customer.page_url, (
    select count(*) from conversations_conversation earlier
    where earlier.tenant_id = c.tenant_id and earlier.customer_id = c.customer_id and earlier.id < c.id
  ) as earlier
from conversations_conversation c
join customers_customer customer on customer.tenant_id = c.tenant_id and customer.id = c.customer_id
where c.tenant_id = %(tenant)s and c.state = 'queued' and c.service_account_id = any(%(accounts)s)
order by c.queued_at, c.id limit %(most)s
"""


class Cause(StrEnum):
    """Why the next of a channel waits."""

    MANUAL = "manual"  # nobody is assigned anything: agents accept by hand
    CLOSED = "closed"  # out of the hours of all groups
    NOBODY = "nobody"  # no agent of the open groups is there
    FULL = "full"  # all who are there are at their caps, or busy by choice
    NEXT = "next"  # somebody has room: it is about to be assigned


def waiting_for(service_account_ids: Collection[int]) -> list[dict[str, Any]]:
    """The first 200 who wait for these service accounts, in the order of the queue: `conversation`, `why` (a `Cause`),
    `groups` (ids) that serve its channel now, how many `earlier` conversations the customer had, and the page."""
    rows = select(WAITING, accounts=list(service_account_ids), most=MAX_SHOWN)
    known = _known((row["service_account_id"], row["channel_id"]) for row in rows)
    return [_shown(row, *known[row["channel_id"]]) for row in rows]


def _known(places: Iterable[tuple[int, int]]) -> dict[int, tuple[Cause, list[int]]]:
    """Channel → why the next waits there, and the groups that are open for it."""
    channels: dict[int, set[int]] = {}
    for account, channel in places:
        channels.setdefault(account, set()).add(channel)
    there = cache(who_is_there)  # channels that are open alike are asked about once
    return {
        channel: (_cause(reception.rule, tuple(reception.open_groups[channel]), there), reception.open_groups[channel])
        for account, those in channels.items()
        for reception in [reception_now(those)]
        for channel in those
    }


def _cause(rule: Rule, groups: tuple[int, ...], there: Callable[[tuple[int, ...]], dict[int, bool]]) -> Cause:
    """By the rules of dispatch; `there` are the agents of groups who answer, and whether they have room."""
    if rule == Rule.MANUAL:
        return Cause.MANUAL
    if not groups:
        return Cause.CLOSED
    present = there(groups)
    if not present:
        return Cause.NOBODY
    return Cause.NEXT if any(present.values()) else Cause.FULL


def _shown(row: dict[str, Any], why: Cause, groups: list[int]) -> dict[str, Any]:
    return {
        "conversation": row["conversation"],
        "why": why.value,
        "groups": groups,
        "earlier": row["earlier"],
        "page": {"title": row["page_title"], "url": row["page_url"]},
    }
