"""Distinct customers of any range of days, from less than all facts.

They cannot be added up by day: who comes on two days is one customer. So each fact is *linked*: it knows the day of the
customer's fact before it. The customers of a range are then the facts in it whose previous day lies before the range,
which are counted by day and previous day (`CustomerRollup`). Links are made again for all later facts of a customer
whose facts were looked at, so the order of counting does not matter. Only `stats/engine/counting.py` calls this.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import connection

from core.tenancy.scope import current_tenant_id
from stats.models import AgentFact, ConversationFact

TOUCHED = """unnest(%(customers)s::bigint[], %(since)s::date[]) as touched (customer, since)
where f.tenant_id = %(tenant)s and f.customer_id = touched.customer and f.day >= touched.since"""
BEFORE = """
  select p.day from stats_conversationfact p
  where p.tenant_id = f.tenant_id and p.customer_id = f.customer_id
    and (p.day, p.conversation_id) < (f.day, f.conversation_id)
  order by p.day desc, p.conversation_id desc limit 1
"""
BEFORE_WITH_ANYBODY = """
  select p.day from stats_agentfact p
  where p.tenant_id = f.tenant_id and p.customer_id = f.customer_id
    and (p.day, p.conversation_id, p.agent_id) < (f.day, f.conversation_id, f.agent_id)
  order by p.day desc, p.conversation_id desc, p.agent_id desc limit 1
"""
BEFORE_WITH_AGENT = """
  select p.day from stats_agentfact p
  where p.tenant_id = f.tenant_id and p.customer_id = f.customer_id and p.agent_id = f.agent_id
    and (p.day, p.conversation_id) < (f.day, f.conversation_id)
  order by p.day desc, p.conversation_id desc limit 1
"""
LINK_CONVERSATIONS = """
update stats_conversationfact f set previous_day = ({before})
from {touched} and previous_day is distinct from ({before})
returning f.day
"""
LINK_PARTS = """
update stats_agentfact f set previous_day = ({with_anybody}), agent_previous_day = ({with_agent})
from {touched}
  and (previous_day is distinct from ({with_anybody}) or agent_previous_day is distinct from ({with_agent}))
returning f.day
"""
LINK = {
    ConversationFact: LINK_CONVERSATIONS.format(touched=TOUCHED, before=BEFORE),
    AgentFact: LINK_PARTS.format(touched=TOUCHED, with_anybody=BEFORE_WITH_ANYBODY, with_agent=BEFORE_WITH_AGENT),
}

# Rows that stay as they are are not written: today's are looked at every few seconds.
ADD_UP = """
with wanted as materialized (
  select day, false as of_parts, null::bigint as agent_id, previous_day, count(*) as customers
  from stats_conversationfact
  where tenant_id = %(tenant)s and day = any(%(days)s) and previous_day is distinct from day
  group by day, previous_day
  union all
  select day, true, null, previous_day, count(*)
  from stats_agentfact
  where tenant_id = %(tenant)s and day = any(%(days)s) and previous_day is distinct from day
  group by day, previous_day
  union all
  select day, true, agent_id, agent_previous_day, count(*)
  from stats_agentfact
  where tenant_id = %(tenant)s and day = any(%(days)s) and agent_previous_day is distinct from day
  group by day, agent_id, agent_previous_day
), gone as (
  delete from stats_customerrollup r
  where tenant_id = %(tenant)s and day = any(%(days)s) and not exists (
    select from wanted w where w.day = r.day and w.of_parts = r.of_parts
      and coalesce(w.agent_id, 0) = coalesce(r.agent_id, 0)
      and coalesce(w.previous_day, '-infinity') = coalesce(r.previous_day, '-infinity')
  )
)
insert into stats_customerrollup as r (tenant_id, day, of_parts, agent_id, previous_day, customers)
select %(tenant)s, * from wanted
on conflict (tenant_id, day, of_parts, agent_id, previous_day) do update set customers = excluded.customers
where r.customers <> excluded.customers
"""


def link(model: type[ConversationFact | AgentFact], rows: Iterable[Any]) -> set[date]:
    """Links the stored facts of the rows' customers, from the earliest day of their rows on.

    `rows` are facts as they were and as they are. Returns the days on which a fact is linked otherwise than before.
    """
    since: dict[int, date] = {}
    for row in rows:
        since[row.customer_id] = min(row.day, since.get(row.customer_id, row.day))
    if not since:
        return set()
    values: dict[str, Any] = {"tenant": current_tenant_id(), "customers": list(since), "since": list(since.values())}
    with connection.cursor() as cursor:
        cursor.execute(LINK[model], values)
        return {day for (day,) in cursor.fetchall()}


def add_up(days: Collection[date]) -> None:
    """Recomputes the numbers of customers of these days from the linked facts."""
    if days:
        with connection.cursor() as cursor:
            cursor.execute(ADD_UP, {"tenant": current_tenant_id(), "days": sorted(days)})
