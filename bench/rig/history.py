"""Past conversations for `bin/bench console`: a year of them, as many as wanted. Needs Django to be set up."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from accounts.agents.caps import set_cap
from accounts.agents.presence import set_status
from accounts.models import Agent, Group, Role, Tenant
from accounts.provisioning import add_agent, open_tenant, set_password
from bench.rig.company import sign_in_browser
from channels_app.channels.provisioning import add_web_channel
from channels_app.models import Channel
from conversations.lifecycle.opening import open_conversation
from conversations.search.indexing import index_backlog
from core import clock
from core.actors import SYSTEM
from core.tenancy.scope import tenant_scope, unscoped
from customers.profiles.actions import create_customer
from routing.dispatch.actions import dispatch

CODE = "9902"
NUMBERS = ("1", "1000")  # the supervisor, and who is at the desk
AGENTS = 50
HELD = 5  # conversations that the agent at the desk holds
WAITING = 20
TABLES = (
    "customers_customer",
    "conversations_conversation",
    "conversations_participation",
    "conversations_message",
    "core_event",
    "accounts_auditentry",
)

# A year of `count` conversations in the order of time, four of each customer. The agents come in turn.
CUSTOMERS = """
insert into customers_customer (tenant_id, public_id, name, token_generation, first_seen_at, last_seen_at,
  locale, time_zone, page_url, page_title, referrer, user_agent)
select %(tenant)s, %(prefix)s || n, (array['Visitor ', '客人', 'Dora ', '李小明'])[1 + n %% 4] || n, 1, now(), now(),
  'en', '', '', '', '', ''
from generate_series(0, (%(count)s - 1) / 4) n
"""
CONVERSATIONS = """
with made as (
  select n, %(agent)s + n %% %(agents)s as agent_id, make_interval(secs => 60 + n %% 3607 * 7919 %% 3600) as took,
    now() - interval '365 days' * (1 - n::float8 / %(count)s) - interval '1 hour' as opened_at
  from generate_series(0, %(count)s - 1) n
)
insert into conversations_conversation (
  tenant_id, public_id, customer_id, channel_id, service_account_id, agent_id, state, end_reason, opened_at, queued_at,
  assigned_at, asked_at, first_response_at, first_response_by_id, ended_at, last_seq, last_event_seq,
  last_visitor_event_seq, last_message_at, last_author, last_author_id, last_kind, last_text, last_note, unread,
  customer_delivered, customer_read, agent_delivered, agent_read
)
select %(tenant)s, %(prefix)s || n, customer.id, %(channel)s, %(account)s, made.agent_id, 'ended',
  (array['agent', 'visitor', 'idle'])[1 + n %% 3], opened_at, opened_at, opened_at, opened_at,
  opened_at + took / (2 + n %% 9), made.agent_id, opened_at + took, 4, 3, 3, opened_at + took, 'agent', made.agent_id,
  'text', 'It is on its way.', false, 0, 4, 4, 4, 4
from made join customers_customer customer on customer.public_id = %(prefix)s || n / 4
order by n
"""
PARTICIPATIONS = """
insert into conversations_participation (tenant_id, conversation_id, agent_id, group_id, began_at)
select tenant_id, id, agent_id, %(group)s, assigned_at from conversations_conversation where id > %(newest)s
"""
# Older ones have neither messages nor events: these are found by the key of their conversation alone.
MESSAGES = """
insert into conversations_message (tenant_id, conversation_id, seq, client_id, author_kind, author_id, author_name,
  kind, text, note, created_at)
select c.tenant_id, c.id, seq, gen_random_uuid(), (array['agent', 'customer'])[1 + seq %% 2],
  case seq %% 2 when 1 then c.customer_id else c.agent_id end, '', 'text',
  'Where is my parcel ' || c.id %% 97 || '? 我的包裹在哪里' || seq, false, c.opened_at + seq * interval '10 seconds'
from conversations_conversation c, generate_series(1, 4) seq
where c.id > %(newest)s and c.opened_at > now() - interval '60 days'
"""
EVENTS = """
insert into core_event (tenant_id, name, conversation_id, seq, visitor_seq, actor_kind, data, at, counted)
select c.tenant_id, (array['conversation.opened', 'conversation.assigned', 'conversation.ended'])[seq], c.id, seq, seq,
  'system', jsonb_build_object('n', 0, 'agent_id', c.agent_id), c.opened_at + seq * interval '10 seconds', true
from conversations_conversation c, generate_series(1, 3) seq
where c.id > %(newest)s and c.opened_at > now() - interval '60 days'
"""
AUDIT_ENTRIES = """
insert into accounts_auditentry (tenant_id, at, actor_kind, actor_id, actor_name, action, object_kind, object_id,
  object_name, before, after)
select tenant_id, opened_at, 'agent', agent_id, 'Agent ' || agent_id,
  (array['conversation.viewed', 'agent.changed'])[1 + id %% 2], (array['conversation', 'agent'])[1 + id %% 2],
  case id %% 2 when 0 then id else agent_id end, 'Visitor ' || customer_id,
  case id %% 2 when 0 then '{}' else jsonb_build_object('nickname', 'Before ' || id %% 97) end,
  case id %% 2 when 0 then '{}' else jsonb_build_object('nickname', 'After ' || id %% 97) end
from conversations_conversation where id > %(newest)s and id %% 10 in (0, 1)
"""
BACKLOG = """
insert into conversations_searchbacklog (tenant_id, conversation_id, from_seq)
select tenant_id, id, 1 from conversations_conversation where id > %(newest)s order by id
"""


@dataclass(frozen=True)
class Company:
    """A company whose history grows; cookies of its supervisor and of an agent who holds conversations."""

    tenant_id: int
    supervisor: str
    at_the_desk: str
    agents: Sequence[str]  # public ids
    values: dict[str, int]

    @property
    def some_day(self) -> str:
        """A day of the last weeks, as addresses have it."""
        return (clock.now() - timedelta(days=10)).date().isoformat()

    def grow_to(self, count: int) -> None:
        """Adds a year of ended conversations, with what lists show of them, until there are `count`."""
        with unscoped(reason="indexes are built over all rows"), connection.cursor() as cursor:
            cursor.execute("select max(id), count(*) from conversations_conversation")
            newest, known = cursor.fetchone()
            values = self.values | {"count": count - known, "newest": newest, "prefix": f"p{newest}-"}
            with transaction.atomic(), _without_indexes(cursor):
                for statement in (CUSTOMERS, CONVERSATIONS, PARTICIPATIONS, MESSAGES, EVENTS, AUDIT_ENTRIES):
                    cursor.execute(statement, values)
            cursor.execute(BACKLOG, values)
            cursor.execute("analyze conversations_searchbacklog")
            index([self.values["tenant"]])
            for table in (*TABLES, "conversations_searchdocument"):
                cursor.execute(f"vacuum (analyze) {table}")


def index(tenant_ids: Sequence[int]) -> int:
    """Indexes what stands in the backlog of these tenants for the search, by the product's own sweep; the number of
    messages."""
    looked_at = 0
    for tenant_id in tenant_ids:
        with tenant_scope(tenant_id):
            while found := index_backlog():
                looked_at += found
    return looked_at


FOREIGN_KEYS = """
select format('alter table %%s drop constraint %%I', conrelid::regclass, conname),
  format('alter table %%s add constraint %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
from pg_constraint where contype = 'f' and %(tables)s::regclass[] && array[conrelid, confrelid]::regclass[]
"""
INDEXES = """
select format('drop index %%s', indexrelid::regclass), pg_get_indexdef(indexrelid) from pg_index
where indrelid = any(%(tables)s::regclass[]) and not exists (select from pg_constraint where conindid = indexrelid)
"""


@contextmanager
def _without_indexes(cursor: Any) -> Iterator[None]:
    """Foreign keys and indexes of the tables are made again afterwards: several times faster than to keep them."""
    again: list[str] = []
    for found in (FOREIGN_KEYS, INDEXES):
        cursor.execute(found, {"tables": list(TABLES)})
        for drop, make in cursor.fetchall():
            cursor.execute(drop)
            again.insert(0, make)
    yield
    for make in again:
        cursor.execute(make)


def open_company() -> Company:
    """A company of fifty agents, one of whom is at the desk with a few conversations while others wait."""
    tenant = open_tenant(code=CODE, name="Benchmark of the history")
    with tenant_scope(tenant.pk):
        group = Group.objects.create(name="Desks")
        channel = add_web_channel(account_name="Benchmark", name="Site", groups=(group,))
        passwords = [secrets.token_urlsafe(12) for _ in range(2)]
        add_agent(number=NUMBERS[0], nickname="Supervisor", role="supervisor", password=passwords[0])
        first = add_agent(number=NUMBERS[1], nickname="Bob", role="agent", password=passwords[1], groups=(group,))
        role = Role.objects.get(code="agent")
        others = Agent.objects.bulk_create(
            Agent(tenant_id=tenant.pk, number=f"{1000 + at}", nickname=f"Agent {at}", role=role, password="!")
            for at in range(1, AGENTS)
        )
        _occupy(first, channel)
        cookies = [_cookie(number, password) for number, password in zip(NUMBERS, passwords, strict=True)]
    return Company(
        tenant_id=tenant.pk,
        supervisor=cookies[0],
        at_the_desk=cookies[1],
        agents=[first.public_id, *(each.public_id for each in others)],
        values={
            "tenant": tenant.pk,
            "channel": channel.pk,
            "account": channel.service_account_id,
            "group": group.pk,
            "agent": first.pk,
            "agents": AGENTS,
        },
    )


def _cookie(number: str, password: str) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={sign_in_browser(f'{number}@{CODE}', password)}"


def signed_in_again() -> tuple[int, str, str]:
    """Of the company in a database that was kept: its id, and new cookies of its supervisor and of who is at the
    desk."""
    with unscoped(reason="who the benchmark's company is"):
        tenant = Tenant.objects.get(code=CODE)
    with tenant_scope(tenant.pk):
        password = secrets.token_urlsafe(12)
        for agent in Agent.objects.filter(number__in=NUMBERS):
            set_password(agent, password)
        supervisor, at_the_desk = (_cookie(number, password) for number in NUMBERS)
    return tenant.pk, supervisor, at_the_desk


def _occupy(agent: Agent, channel: Channel) -> None:
    """The agent holds `HELD` conversations, and `WAITING` wait."""
    set_cap(actor=SYSTEM, agent_id=agent.pk, cap=HELD)
    set_status(actor=agent.actor(), agent_id=agent.pk, status="online")
    for _ in range(HELD + WAITING):
        open_conversation(customer=create_customer(language="en"), channel=channel)
    dispatch(service_account_id=channel.service_account_id)
