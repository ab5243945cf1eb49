"""A year of facts for `bin/bench reports`. Needs Django to be set up."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.models import Agent, Group, Role
from accounts.provisioning import add_agent, open_tenant
from bench.rig.company import sign_in_browser
from channels_app.channels.provisioning import add_web_channel
from core.tenancy.scope import tenant_scope
from stats.engine import counting, sources

CODE = "9902"
AGENTS, CHANNELS, PER_CUSTOMER = 60, 8, 4
DAYS = 365

# Pages of reports read facts and rollups alone, so there are no conversations behind these. The other keys would take
# as long to check as everything else together.
KEYS = """
select conrelid::regclass::text, conname from pg_constraint
where contype = 'f' and conrelid::regclass::text in ('stats_conversationfact', 'stats_agentfact')
"""
CUSTOMERS = """
insert into customers_customer (tenant_id, public_id, name, token_generation, locale, time_zone, page_url, page_title,
  referrer, user_agent)
select %(tenant)s, 'bench' || n, '', 1, '', '', '', '', '', '' from generate_series(1, %(customers)s) n
"""
# Every tenth is held by nobody.
FACTS = """
insert into stats_conversationfact (tenant_id, conversation_id, day, customer_id, channel_id, service_account_id,
  previous_day, customer_messages, human, replied, first_response_ms)
select %(tenant)s, n, day, customer, c.id, c.service_account_id, lag(day) over (partition by customer order by day, n),
  1 + (random() * 6)::int, n %% 10 > 0, n %% 10 > 1, case when n %% 10 > 1 then (random() * 90000)::int end
from (
  select n, %(last)s::date - (random() * (%(days)s - 1))::int as day,
    (select min(id) from customers_customer where tenant_id = %(tenant)s)
      + (power(random(), 1.5) * (%(customers)s - 1))::int as customer,
    1 + (random() * (%(channels)s - 1))::int as nth
  from generate_series(1, %(conversations)s) n
) picked
join (
  select id, service_account_id, row_number() over (order by id) as nth from channels_app_channel
  where tenant_id = %(tenant)s
) c using (nth)
order by day
"""
# Who comes again is given to the same agent half of the time; every tenth conversation is handed on to another one.
PARTS = """
insert into stats_agentfact (tenant_id, conversation_id, agent_id, day, customer_id, channel_id, service_account_id,
  customer_messages, replied, first_response_ms, handover_response_ms, previous_day, agent_previous_day)
select *, lag(day) over (partition by customer_id order by day, conversation_id, agent_id),
  lag(day) over (partition by customer_id, agent_id order by day, conversation_id)
from (
  select tenant_id, conversation_id, agent_id, day, customer_id, channel_id, service_account_id, customer_messages,
    replied, case when nth = 1 then first_response_ms end, first_response_ms
  from stats_conversationfact, lateral (
    select distinct on (agent_id) nth, (%(team)s::bigint[])[1 + number %% %(agents)s] as agent_id
    from (values
      (1, case when conversation_id %% 2 = 0 then customer_id else conversation_id / 7 end),
      (2, case when conversation_id %% 10 = 9 then conversation_id / 11 end)
    ) given (nth, number) where number is not null order by agent_id, nth
  ) held
  where tenant_id = %(tenant)s and human
) parts
order by day
"""
TABLES = ("stats_conversationfact", "stats_agentfact", "stats_dayrollup", "stats_customerrollup")


@dataclass(frozen=True)
class Year:
    """The company, its days, and the cookie of somebody who reads numbers."""

    tenant_id: int
    since: date
    until: date
    cookie: str


def year_of(conversations: int, until: date) -> Year:
    """Creates a company with so many conversations in the year that ends on this day, already counted."""
    tenant = open_tenant(code=CODE, name="Benchmark of the reports")
    with tenant_scope(tenant.pk):
        tenant.max_agents = AGENTS + 1
        tenant.save(update_fields=["max_agents"])
        group = Group.objects.create(name="Group")
        for number in range(CHANNELS):
            add_web_channel(account_name=f"Account {number}", name=f"Site {number}", groups=(group,))
        _facts(
            tenant=tenant.pk, team=_hire(), agents=AGENTS, channels=CHANNELS, days=DAYS, last=until,
            conversations=conversations, customers=conversations // PER_CUSTOMER,
        )  # fmt: skip
        _count()
        password = secrets.token_urlsafe(12)
        add_agent(number="1", nickname="Analyst", role="analyst", password=password)
        session = sign_in_browser(f"1@{CODE}", password)
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
    return Year(tenant.pk, until - timedelta(days=DAYS - 1), until, cookie)


def _hire() -> list[int]:
    role = Role.objects.get(code="agent")
    team = (
        Agent(tenant_id=role.tenant_id, number=f"{1000 + n}", nickname=f"Agent {n}", role=role, password="!")
        for n in range(AGENTS)
    )
    return [agent.pk for agent in Agent.objects.bulk_create(team)]


def _facts(**values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(KEYS)
        for table, key in cursor.fetchall():
            cursor.execute(f"alter table {table} drop constraint {key}")
        for statement in (CUSTOMERS, FACTS, PARTS):
            cursor.execute(statement, values)
        cursor.execute(f"analyze {', '.join(TABLES[:2])}")


def _count() -> None:
    """Adds the facts up, as counting does."""
    for since, until in list(sources.months_with_numbers()):
        counting.add_up(counting.Touched(sources.places_of_days(since, until)))
    with connection.cursor() as cursor:
        cursor.execute(f"vacuum analyze {', '.join(TABLES)}")
