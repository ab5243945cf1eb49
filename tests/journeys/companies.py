"""Companies for the journeys, made with the product's own models in a process that has the stack's settings.

`python -m tests.journeys.companies open 3` writes the facts of three new companies as JSON;
`python -m tests.journeys.companies idle 9001 300` gives one of them conversations in which nobody wrote for hours.
"""

import json
import sys
from datetime import timedelta
from typing import Any

import django

FIRST_CODE = 9001
PASSWORD = "journeys of a day"
NICKNAMES = {"1001": "小李", "1002": "小王"}
WELCOME = "您好,请问有什么可以帮您?"


def open_companies(count: int) -> list[dict[str, Any]]:
    """Each with two agents in one group and one web channel; hashing is slow on purpose, so it is done once."""
    from django.contrib.auth.hashers import make_password

    from accounts.models import Tenant
    from core.tenancy.scope import unscoped

    with unscoped(reason="a number that no company has yet"):
        first = FIRST_CODE + Tenant.objects.filter(code__startswith="9").count()
    hashed = make_password(PASSWORD)
    return [open_company(str(first + number), hashed) for number in range(count)]


def open_company(code: str, hashed: str) -> dict[str, Any]:
    """One company, and what a test must know of it."""
    from accounts.models import Agent, Group, Membership, Role
    from accounts.provisioning import open_tenant
    from channels_app.channels.provisioning import add_web_channel
    from core.tenancy.scope import tenant_scope

    tenant = open_tenant(code=code, name=f"企业 {code}")
    with tenant_scope(tenant.pk):
        group = Group.objects.create(name="客服组")
        role = Role.objects.get(code="agent")
        for number, nickname in NICKNAMES.items():
            agent = Agent.objects.create(number=number, nickname=nickname, role=role, password=hashed)
            Membership.objects.create(agent=agent, group=group)
        channel = add_web_channel(account_name=f"客服 {code}", name="官网", groups=(group,), welcome=WELCOME)
    return {"code": code, "tenant_id": tenant.pk, "channel": channel.public_id}


def make_idle(code: str, count: int) -> None:
    """Active conversations of the first agent whose last message is two hours old."""
    from django.utils import timezone

    from accounts.models import Agent, Tenant
    from channels_app.models import Channel
    from conversations.models import Conversation
    from conversations.states import State
    from core.tenancy.scope import tenant_scope, unscoped
    from customers.models import Customer

    with unscoped(reason="the company's number says which tenant"):
        tenant = Tenant.objects.get(code=code)
    with tenant_scope(tenant.pk):
        channel, agent = Channel.objects.get(), Agent.objects.order_by("number")[0]
        then = timezone.now() - timedelta(hours=2)
        customers = Customer.objects.bulk_create(
            Customer(tenant=tenant, name=f"访客 {number}") for number in range(count)
        )
        Conversation.objects.bulk_create(
            Conversation(
                tenant=tenant,
                customer=customer,
                channel=channel,
                service_account_id=channel.service_account_id,
                agent=agent,
                state=State.ACTIVE,
                opened_at=then,
                queued_at=then,
                assigned_at=then,
                last_message_at=then,
            )
            for customer in customers
        )


def main(arguments: list[str]) -> None:
    """Run one of the two commands."""
    django.setup()
    if arguments[0] == "open":
        sys.stdout.write(json.dumps(open_companies(int(arguments[1]))))
    else:
        make_idle(arguments[1], int(arguments[2]))


if __name__ == "__main__":
    main(sys.argv[1:])
