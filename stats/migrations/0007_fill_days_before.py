"""Fills what 0006 added, for the facts that are there: some thousand customers, or one month, in a transaction each.

It may be broken off and begun again: what is filled stays as it is.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import migrations

from core.tenancy.scope import unscoped

CUSTOMERS = 5000  # in one transaction
EVERY_SO_MANY = """
select tenant_id, max(id) from (
  select tenant_id, id, (row_number() over (partition by tenant_id order by id) - 1) / %s as batch
  from customers_customer
) numbered group by tenant_id, batch order by tenant_id, batch
"""
LINK = (
    """
update stats_conversationfact f set previous_day = linked.previous_day
from (
  select id, lag(day) over (partition by customer_id order by day, conversation_id) as previous_day
  from stats_conversationfact where tenant_id = %s and customer_id > %s and customer_id <= %s
) linked
where linked.id = f.id and f.previous_day is distinct from linked.previous_day
""",
    """
update stats_agentfact f set previous_day = linked.previous_day, agent_previous_day = linked.agent_previous_day
from (
  select id, lag(day) over (partition by customer_id order by day, conversation_id, agent_id) as previous_day,
    lag(day) over (partition by customer_id, agent_id order by day, conversation_id) as agent_previous_day
  from stats_agentfact where tenant_id = %s and customer_id > %s and customer_id <= %s
) linked
where linked.id = f.id
  and (f.previous_day, f.agent_previous_day) is distinct from (linked.previous_day, linked.agent_previous_day)
""",
)
MONTHS = """
select distinct tenant_id, date_trunc('month', day)::date, (date_trunc('month', day) + interval '1 month')::date
from stats_conversationfact order by 1, 2
"""
OF_AGENTS = "update stats_dayrollup set of_parts = true where agent_id is not null and not of_parts"
ADD_UP = (
    """
insert into stats_dayrollup (tenant_id, day, channel_id, service_account_id, of_parts, conversations, customer_messages,
  human_conversations, answered_conversations, first_responses, first_response_ms, handover_responses,
  handover_response_ms)
select tenant_id, day, channel_id, service_account_id, true, count(distinct conversation_id),
  coalesce(sum(customer_messages), 0), count(distinct conversation_id),
  count(distinct conversation_id) filter (where replied), count(first_response_ms), coalesce(sum(first_response_ms), 0),
  count(handover_response_ms), coalesce(sum(handover_response_ms), 0)
from stats_agentfact where tenant_id = %s and day >= %s and day < %s
group by tenant_id, day, channel_id, service_account_id
on conflict do nothing
""",
    """
insert into stats_customerrollup (tenant_id, day, of_parts, previous_day, customers)
select tenant_id, day, false, previous_day, count(*)
from stats_conversationfact where tenant_id = %s and day >= %s and day < %s and previous_day is distinct from day
group by tenant_id, day, previous_day
on conflict do nothing
""",
    """
insert into stats_customerrollup (tenant_id, day, of_parts, previous_day, customers)
select tenant_id, day, true, previous_day, count(*)
from stats_agentfact where tenant_id = %s and day >= %s and day < %s and previous_day is distinct from day
group by tenant_id, day, previous_day
on conflict do nothing
""",
    """
insert into stats_customerrollup (tenant_id, day, of_parts, agent_id, previous_day, customers)
select tenant_id, day, true, agent_id, agent_previous_day, count(*)
from stats_agentfact where tenant_id = %s and day >= %s and day < %s and agent_previous_day is distinct from day
group by tenant_id, day, agent_id, agent_previous_day
on conflict do nothing
""",
)


def fill(apps: Any, schema_editor: Any) -> None:
    """Links the facts of all tenants and adds them up."""
    connection = schema_editor.connection
    with unscoped(reason="a migration fills every tenant's numbers"), connection.cursor() as cursor:
        cursor.execute(OF_AGENTS)
        cursor.execute(EVERY_SO_MANY, [CUSTOMERS])
        for batch in list(batches(cursor.fetchall())):
            run_all(cursor, LINK, batch)
        cursor.execute(MONTHS)
        for month in cursor.fetchall():
            run_all(cursor, ADD_UP, month)


def batches(ends: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """(tenant, after this customer, until this one), from the last customers of the batches of each tenant."""
    for (before, begin), (tenant, end) in zip([(0, 0), *ends], ends, strict=False):
        yield tenant, begin if before == tenant else 0, end


def run_all(cursor: Any, statements: Sequence[str], values: Sequence[Any]) -> None:
    """Each statement is a transaction of its own."""
    for statement in statements:
        cursor.execute(statement, values)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("stats", "0006_customers_by_their_day_before")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
