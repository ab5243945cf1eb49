"""The only writer of facts and rollups.

Counted events are *marked*, never skipped by a remembered last id, so events that commit late are counted too. Counting
recomputes all facts of the event's conversation from the tables, so order and repetition do not matter, and a rebuild
gives the same rows. One writer at a time per tenant (an advisory lock); mark, facts and sums change in one transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction

from conversations.search.sweeps import index_later
from core.batches import batches
from core.models import LoggedEvent
from core.tenancy.scope import current_tenant_id
from stats.engine import customers, measures, sources
from stats.models import AgentFact, ConversationFact

BATCH = 2000  # events in one transaction
CHUNK = 1000  # conversations looked at together
AnyFact = ConversationFact | AgentFact
Place = tuple[date, int, int]  # day, channel id, service account id: the key of a sum
PLACE = ("day", "channel_id", "service_account_id")


@dataclass
class Touched:
    """What must be summed again: places, and days of customers."""

    places: set[Place] = field(default_factory=set)
    days: set[date] = field(default_factory=set)


FORGET_SUMS = """
delete from stats_dayrollup where tenant_id = %(tenant)s and (day, channel_id, service_account_id) in (
  select * from unnest(%(days)s::date[], %(channels)s::bigint[], %(accounts)s::bigint[])
)
"""
ADD_UP = """
with places as materialized (
  select * from unnest(%(days)s::date[], %(channels)s::bigint[], %(accounts)s::bigint[]) as p (day, channel, account)
)
insert into stats_dayrollup (tenant_id, day, channel_id, service_account_id, of_parts, agent_id, {columns})
select tenant_id, f.day, channel_id, service_account_id, false, null::bigint, {of_all}
from places join stats_conversationfact f on tenant_id = %(tenant)s and f.day = places.day
  and channel_id = places.channel and service_account_id = places.account
group by tenant_id, f.day, channel_id, service_account_id
union all
select tenant_id, f.day, channel_id, service_account_id, true, null, {of_several}
from places join stats_agentfact f on tenant_id = %(tenant)s and f.day = places.day
  and channel_id = places.channel and service_account_id = places.account
group by tenant_id, f.day, channel_id, service_account_id
union all
select tenant_id, f.day, channel_id, service_account_id, true, agent_id, {of_part}
from places join stats_agentfact f on tenant_id = %(tenant)s and f.day = places.day
  and channel_id = places.channel and service_account_id = places.account
group by tenant_id, f.day, channel_id, service_account_id, agent_id
"""


def count_events() -> int:
    """Counts all unmarked events of the tenant, in batches; returns their number.

    Returns 0 while another worker counts for this tenant, which goes on until all are counted.
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
    touched = Touched()
    _recount({conversation for _, conversation in events if conversation is not None}, touched)
    add_up(touched)
    index_later([event for event, _ in events])
    LoggedEvent.objects.filter(pk__in=[event for event, _ in events]).update(counted=True)
    return len(events)


@transaction.atomic
def rebuild(*, since: date, until: date) -> int:
    """Recomputes the numbers of these days, both inclusive; returns the number of conversations.

    Includes those whose facts are on these days now: after a change of the time zone they may belong to others.
    """
    _locked(wait=True)
    conversations = sources.conversations_of_days(since, until)
    touched = Touched(sources.places_of_days(since, until), sources.days_of_customers(since, until))
    for chunk in batches(conversations, CHUNK):
        _recount(chunk, touched)
    add_up(touched)
    return len(conversations)


def rebuild_tenant() -> int:
    """Recomputes all numbers, one month per transaction; returns the number of conversations."""
    return sum(rebuild(since=since, until=until) for since, until in sources.months_with_numbers())


def _locked(*, wait: bool) -> bool:
    """Takes the tenant's advisory lock until the end of the transaction; False without `wait` where it is taken."""
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}(hashtextextended(%s, 0))", [f"stats of {current_tenant_id()}"])
        row = cursor.fetchone()
    return wait or bool(row and row[0])


def _recount(conversations: Iterable[int], touched: Touched) -> None:
    """Recomputes the facts of these conversations; adds to `touched` the places and days that they affect."""
    numbers = list(conversations)
    if not numbers:
        return
    of_all, of_agents = sources.facts_from_tables(numbers)
    columns = (*PLACE, *measures.rules_of_all())
    _store(ConversationFact, of_all, numbers, touched, key=("conversation_id",), columns=columns)
    columns = (*PLACE, "group_id", *measures.rules_of_parts())
    _store(AgentFact, of_agents, numbers, touched, key=("conversation_id", "agent_id"), columns=columns)


def _store(
    model: type[AnyFact],
    wanted: Sequence[AnyFact],
    conversations: list[int],
    touched: Touched,
    *,
    key: tuple[str, ...],
    columns: tuple[str, ...],
) -> None:
    """Replaces the stored facts of these conversations by `wanted`."""
    rows: Any = model._default_manager
    before = {_values(row, key): row for row in rows.filter(conversation_id__in=conversations)}
    after = {_values(row, key): row for row in wanted}
    gone = [row for name, row in before.items() if name not in after]
    changed = [
        row
        for name, row in after.items()
        if name not in before or _values(before[name], columns) != _values(row, columns)
    ]
    rows.filter(pk__in=[row.pk for row in gone]).delete()
    rows.bulk_create(
        changed, update_conflicts=True, unique_fields=("tenant_id", *key), update_fields=columns, batch_size=CHUNK
    )
    replaced = [before[name] for row in changed if (name := _values(row, key)) in before]
    touched.places |= {(row.day, row.channel_id, row.service_account_id) for row in (*gone, *changed, *replaced)}
    touched.days |= customers.link(model, (*before.values(), *wanted))


def _values(row: Any, columns: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, column) for column in columns)


def add_up(touched: Touched) -> None:
    """Recomputes the sums of what was touched from the facts."""
    customers.add_up(touched.days | {day for day, _, _ in touched.places})
    rows = sorted(touched.places)
    if not rows:
        return
    days, channels, accounts = (list(column) for column in zip(*rows, strict=True))
    values: dict[str, Any] = {"tenant": current_tenant_id(), "days": days, "channels": channels, "accounts": accounts}
    with connection.cursor() as cursor:
        cursor.execute(FORGET_SUMS, values)
        cursor.execute(_add_up_statement(), values)


def _add_up_statement() -> str:
    """The statement, with a column for each measure kept in rollups."""
    kept = measures.kept()
    return ADD_UP.format(
        columns=", ".join(measure.name for measure in kept),
        of_all=", ".join(measure.sql_of_all for measure in kept),
        of_several=", ".join(measure.sql_of_several for measure in kept),
        of_part=", ".join(measure.sql_of_part for measure in kept),
    )
