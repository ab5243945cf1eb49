"""A company with somebody of every built-in role, for the journey of roles.

`python -m tests.journeys.roles 7001` makes it in a process with the stack's settings and writes its facts as JSON.
"""

import json
import sys
from typing import Any

import django

from tests.journeys.companies import PASSWORD

NUMBERS = {"owner": "1000", "supervisor": "1001", "agent": "1002", "analyst": "1003", "site_owner": "1004"}


def open_with_roles(code: str) -> dict[str, Any]:
    """The company, a conversation that its agent holds and one that waits."""
    from django.contrib.auth.hashers import make_password

    from accounts.models import Agent, Group, Membership, Role, SavedView
    from accounts.provisioning import open_tenant
    from channels_app.channels.provisioning import add_web_channel
    from core.tenancy.scope import tenant_scope
    from customers.models import Tag, ToolPanel

    tenant, hashed = open_tenant(code=code, name=f"企业 {code}"), make_password(PASSWORD)
    with tenant_scope(tenant.pk):
        group = Group.objects.create(name="客服组")
        for role, number in NUMBERS.items():
            agent = Agent.objects.create(
                number=number, nickname=f"{role} {code}", role=Role.objects.get(code=role), password=hashed
            )
            Membership.objects.create(agent=agent, group=group)
            SavedView.objects.create(
                agent=agent, list_name="conversations:history", name="已结束", query="?state=ended"
            )
        channel = add_web_channel(account_name=f"客服 {code}", name="官网", groups=(group,))
        tag = Tag.objects.create(name="重要")
        panel = ToolPanel.objects.create(name="订单", url="https://orders.example/")
        held, waiting = talk(channel, holder=NUMBERS["agent"]), talk(channel)
        agents = {each.number: each.public_id for each in Agent.objects.all()}
        views = dict(SavedView.objects.values_list("agent__number", "public_id"))
        return {
            "code": code,
            "tenant_id": tenant.pk,
            "channel": channel.public_id,
            "account": channel.service_account.public_id,
            "group": group.public_id,
            "tag": tag.public_id,
            "panel": panel.public_id,
            "agents": {role: agents[number] for role, number in NUMBERS.items()},
            "views": {role: views[number] for role, number in NUMBERS.items()},
            "held": held,
            "waiting": waiting,
        }


def talk(channel: Any, *, holder: str = "") -> str:
    """A conversation with a question; with a holder it was accepted by hand, without it waits."""
    from uuid import uuid4

    from accounts.agents import presence
    from accounts.models import Agent
    from conversations.lifecycle import assigning, opening
    from conversations.posting import drafts
    from conversations.posting import writing as posting
    from customers.profiles.actions import create_customer

    customer = create_customer(language="zh-hans")
    opened = opening.open_conversation(customer=customer, channel=channel)
    posting.post(
        [drafts.Draft(opened.public_id, uuid4(), "customer", customer.pk, customer.name, text="只有少数人能读")]
    )
    if holder:
        agent = Agent.objects.select_related("role").get(number=holder)
        presence.set_status(actor=agent.actor(), agent_id=agent.pk, status="busy")
        assigning.accept(actor=agent.actor(), conversation=opened.public_id)
    return str(opened.public_id)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(open_with_roles(sys.argv[1])))
