"""A large team for `bin/bench console`. Needs Django to be set up."""

import secrets
from itertools import islice

from django.conf import settings

from accounts.models import Agent, Group, Membership, Role
from accounts.provisioning import add_agent, open_tenant
from bench.rig.company import sign_in_browser
from channels_app.channels.provisioning import add_web_channel
from conversations.models import Conversation
from conversations.states import State
from core import clock
from core.tenancy.scope import tenant_scope
from customers.models import Customer

CODE = "9901"
GROUPS = 40
HELD_BY = 500  # agents who hold conversations
EACH = 3


def cookie_of_large_team(agents: int) -> str:
    """Creates a company with so many agents in two groups each, some with conversations; returns the cookie of its
    supervisor.

    Rows are written in bulk with unusable passwords: hashing two thousand would take minutes.
    """
    tenant = open_tenant(code=CODE, name="Benchmark of the console")
    with tenant_scope(tenant.pk):
        tenant.max_agents = agents + 1
        tenant.save(update_fields=["max_agents"])
        groups = [Group.objects.create(name=f"Group {number:02d}", sort=number) for number in range(GROUPS)]
        _hire(agents, groups)
        _begin(groups)
        password = secrets.token_urlsafe(12)
        add_agent(number="1", nickname="Supervisor", role="supervisor", password=password)
        return f"{settings.SESSION_COOKIE_NAME}={sign_in_browser(f'1@{CODE}', password)}"


def _hire(count: int, groups: list[Group]) -> None:
    role, tenant_id = Role.objects.get(code="agent"), groups[0].tenant_id
    team = Agent.objects.bulk_create(
        Agent(
            tenant_id=tenant_id,
            number=f"{100_000 + number}",
            nickname=f"Agent {number}",
            email=f"agent{number}@bench.example",
            role=role,
            password="!",
        )
        for number in range(count)
    )
    places = ((agent, groups[(at + step) % GROUPS]) for at, agent in enumerate(team) for step in (0, 7))
    Membership.objects.bulk_create(
        Membership(tenant_id=tenant_id, agent=agent, group=group, weight=agent.pk % 101) for agent, group in places
    )


def _begin(groups: list[Group]) -> None:
    channel = add_web_channel(account_name="Benchmark", name="Site", groups=(groups[0],))
    now, tenant_id = clock.now(), channel.tenant_id
    holders = list(Agent.objects.order_by("pk")[:HELD_BY]) * EACH
    customers = Customer.objects.bulk_create(
        Customer(tenant_id=tenant_id, name=f"Visitor {number}") for number in range(len(holders))
    )
    rows = (
        Conversation(
            tenant_id=tenant_id,
            customer=customer,
            channel=channel,
            service_account_id=channel.service_account_id,
            agent=agent,
            state=State.ACTIVE,
            opened_at=now,
            queued_at=now,
            assigned_at=now,
            last_message_at=now,
        )
        for customer, agent in zip(customers, holders, strict=True)
    )
    while batch := list(islice(rows, 500)):
        Conversation.objects.bulk_create(batch)
