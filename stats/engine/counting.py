"""The only writer of facts and rollups.

Events are *marked* when they are counted, never skipped by a remembered last number: what commits late is found all
the same. Counting an event means computing its conversation's facts anew, wholly from the tables; so order and
repetition do not matter, and a rebuild gives the very same rows. One writer at a time for each tenant (an advisory
lock); the mark, the facts and the sums change in one transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from core.models import LoggedEvent
from core.tenancy.scope import current_tenant_id
from stats.engine import measures, sources
from stats.models import AgentFact, ConversationFact

BATCH = 2000  # events in one transaction
CHUNK = 1000  # conversations looked at together
Place = tuple[date, int, int]  # day, channel, service account: where facts are added up
PLACE = ("day", "channel_id", "service_account_id")

FORGET_SUMS = """
delete from stats_dayrollup where tenant_id = %(tenant)s and (day, channel_id, service_account_id) in (
  select * from unnest(%(days)s::date[], %(channels)s::bigint[], %(accounts)s::bigint[])
)
"""
ADD_UP = """
with places as materialized (
  select * from unnest(%(days)s::date[], %(channels)s::bigint[], %(accounts)s::bigint[]) as p (day, channel, account)
)
insert into stats_dayrollup (tenant_id, day, channel_id, service_account_id, agent_id, {columns})
select tenant_id, f.day, channel_id, service_account_id, null::bigint, {of_all}
from places join stats_conversationfact f on tenant_id = %(tenant)s and f.day = places.day
  and channel_id = places.channel and service_account_id = places.account
group by tenant_id, f.day, channel_id, service_account_id
union all
select tenant_id, f.day, channel_id, service_account_id, agent_id, {of_parts}
from places join stats_agentfact f on tenant_id = %(tenant)s and f.day = places.day
  and channel_id = places.channel and service_account_id = places.account
group by tenant_id, f.day, channel_id, service_account_id, agent_id
"""


def count_events() -> int:
    """Take what happened into the numbers, batch by batch; returns how many events there were.

    Where another worker is at it for this tenant, there is nothing to do: it does not stop before all is counted.
    """
    counted = 0
    while (batch := _count_batch()) == BATCH:
        counted += batch
    return counted + batch


@transaction.atomic
def _count_batch() -> int:
    if not _locked(wait=False):
        return 0
    waiting = LoggedEvent.objects.select_for_update(skip_locked=True).filter(counted=False).order_by("pk")
    events = list(waiting.values_list("pk", "conversation_id")[:BATCH])
    _add_up(_recount({conversation for _, conversation in events if conversation is not None}))
    LoggedEvent.objects.filter(pk__in=[event for event, _ in events]).update(counted=True)
    return len(events)


@transaction.atomic
def rebuild(*, since: date, until: date) -> int:
    """Make the numbers of these days anew; returns how many conversations were looked at.

    Also those that stood on one of these days until now: after a change of the time zone they may belong to another.
    """
    _locked(wait=True)
    conversations = sources.conversations_of_days(since, until)
    touched = sources.places_of_days(since, until)
    for chunk in _chunks(conversations):
        touched |= _recount(chunk)
    _add_up(touched)
    return len(conversations)


def rebuild_tenant() -> int:
    """Make all numbers anew, a month in each transaction; returns how many conversations were looked at."""
    return sum(rebuild(since=since, until=until) for since, until in sources.months_with_numbers())


def _locked(*, wait: bool) -> bool:
    """Become the only one who writes this tenant's numbers until the end of the transaction."""
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}(hashtextextended(%s, 0))", [f"stats of {current_tenant_id()}"])
        row = cursor.fetchone()
    return wait or bool(row and row[0])


def _recount(conversations: Iterable[int]) -> set[Place]:
    """Compute the facts of these conversations from the tables; returns the places whose sums that touches."""
    numbers = list(conversations)
    if not numbers:
        return set()
    of_all, of_agents = sources.facts_from_tables(numbers)
    columns = (*PLACE, *measures.rules_of_all())
    touched = _store(ConversationFact, of_all, numbers, key=("conversation_id",), columns=columns)
    columns = (*PLACE, "group_id", *measures.rules_of_parts())
    return touched | _store(AgentFact, of_agents, numbers, key=("conversation_id", "agent_id"), columns=columns)


def _store(
    model: Any, wanted: Sequence[Any], conversations: list[int], *, key: tuple[str, ...], columns: tuple[str, ...]
) -> set[Place]:
    """Let the facts of these conversations be exactly `wanted`; returns the places where something changed."""
    before = {_values(row, key): row for row in model.objects.filter(conversation_id__in=conversations)}
    after = {_values(row, key): row for row in wanted}
    gone = [row for name, row in before.items() if name not in after]
    changed = [
        row
        for name, row in after.items()
        if name not in before or _values(before[name], columns) != _values(row, columns)
    ]
    model.objects.filter(pk__in=[row.pk for row in gone]).delete()
    model.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=("tenant_id", *key), update_fields=columns, batch_size=CHUNK
    )
    replaced = [before[name] for row in changed if (name := _values(row, key)) in before]
    return {(row.day, row.channel_id, row.service_account_id) for row in (*gone, *changed, *replaced)}


def _values(row: Any, columns: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, column) for column in columns)


def _add_up(places: Iterable[Place]) -> None:
    """Make the sums of these places anew from the facts."""
    rows = sorted(places)
    if not rows:
        return
    days, channels, accounts = (list(column) for column in zip(*rows, strict=True))
    values: dict[str, Any] = {"tenant": current_tenant_id(), "days": days, "channels": channels, "accounts": accounts}
    with connection.cursor() as cursor:
        cursor.execute(FORGET_SUMS, values)
        cursor.execute(_add_up_statement(), values)


def _add_up_statement() -> str:
    """With a column for each measure that rollups keep."""
    kept = measures.kept()
    return ADD_UP.format(
        columns=", ".join(measure.name for measure in kept),
        of_all=", ".join(measure.sql_of_all for measure in kept),
        of_parts=", ".join(measure.sql_of_part for measure in kept),
    )


def _chunks(numbers: list[int]) -> Iterator[list[int]]:
    return (numbers[at : at + CHUNK] for at in range(0, len(numbers), CHUNK))
