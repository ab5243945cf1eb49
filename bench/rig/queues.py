"""What an assignment costs in the process that makes it. Needs Django to be set up."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, pairwise

from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import Agent, Group, Membership, Role, Tenant
from accounts.provisioning import open_tenant
from channels_app.channels.provisioning import add_web_channel
from channels_app.models import Channel, ServingGroup
from conversations.models import Conversation
from conversations.states import State
from core.models import LoggedEvent
from core.tenancy.scope import tenant_scope
from customers.models import Customer
from routing.dispatch import actions

GROUPS, LARGE, WAITING = 40, 2000, 10_000
WITH_A_PAST, PAST = 52, 5000  # agents who have so many past conversations
ROUNDS = 4  # of an assignment's cost; the best counts
EACH = 100  # assignments in a round


@dataclass(frozen=True)
class Costs:
    """As `--json` prints them."""

    figures: dict[str, float]
    ratios: dict[str, float]


def cost_of_assignments() -> Costs:
    """A small company and a large one: milliseconds of an assignment, and whether a rule was broken."""
    small, large = _open("9902", agents=10, waiting=10), _open("9903", agents=LARGE, waiting=WAITING)
    with tenant_scope(large.tenant_id):
        _give_a_past(large)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    in_small, in_large = _cost(small, waiting=10), _cost(large, waiting=WAITING)
    with _one_by_one():
        alone = _cost(large, waiting=WAITING)
    figures = {
        "assign_ms_small": in_small,
        "assign_ms_large": in_large,
        "growth": in_large / in_small,
        "assigned_per_second": 1000 / in_large,
        "violations": float(_violations(small) + _violations(large)),
    }
    return Costs(figures, {"to_one_by_one": alone / in_large})


def _open(code: str, *, agents: int, waiting: int) -> Channel:
    tenant: Tenant = open_tenant(code=code, name="Queues")
    with tenant_scope(tenant.pk):
        groups = [Group.objects.create(name=f"Group {number:02d}", sort=number) for number in range(GROUPS)]
        channel = add_web_channel(account_name="Queues", name="Site", groups=(groups[0],))
        ServingGroup.objects.bulk_create(
            ServingGroup(tenant_id=tenant.pk, service_account_id=channel.service_account_id, group=group)
            for group in groups[1:]
        )
        role, now = Role.objects.get(code="agent"), timezone.now()
        team = Agent.objects.bulk_create(
            Agent(
                tenant_id=tenant.pk,
                number=f"{100_000 + number}",
                nickname=f"Agent {number}",
                role=role,
                password="!",
                status="online",
                seen_at=now,
                max_concurrent=100,
            )
            for number in range(agents)
        )
        Membership.objects.bulk_create(
            Membership(tenant_id=tenant.pk, agent=agent, group=groups[(at + step) % GROUPS])
            for at, agent in enumerate(team)
            for step in (0, 7)
        )
        _let_wait(channel, waiting)
        return channel


def _conversations(channel: Channel, count: int, **values: object) -> Iterator[Conversation]:
    now = timezone.now()
    customers = Customer.objects.bulk_create(
        Customer(tenant_id=channel.tenant_id, name=f"Visitor {number}") for number in range(count)
    )
    for customer in customers:
        yield Conversation(
            **{
                "tenant_id": channel.tenant_id,
                "customer": customer,
                "channel": channel,
                "service_account_id": channel.service_account_id,
                "opened_at": now,
                "queued_at": now,
                "waiting_from": now,
                "last_message_at": now,
                **values,
            }
        )


def _store(rows: Iterator[Conversation]) -> None:
    while batch := list(islice(rows, 1000)):
        Conversation.objects.bulk_create(batch)


def _let_wait(channel: Channel, count: int) -> None:
    _store(_conversations(channel, count, state=State.QUEUED))


def _give_a_past(channel: Channel) -> None:
    now = timezone.now()
    for agent in list(Agent.objects.order_by("pk")[:WITH_A_PAST]):
        past = {"state": State.ENDED, "agent": agent, "assigned_at": now, "ended_at": now, "end_reason": "agent"}
        _store(_conversations(channel, PAST, **past))


def _cost(channel: Channel, *, waiting: int) -> float:
    """Milliseconds of an assignment: `EACH` of them by one dispatch, while as many wait before each round."""
    found = []
    with tenant_scope(channel.tenant_id):
        for _ in range(ROUNDS):
            Agent.objects.update(seen_at=timezone.now(), status="online", max_concurrent=F("load"))
            missing = waiting + EACH - Conversation.objects.filter(state=State.QUEUED).count()
            _let_wait(channel, max(missing, 0))
            chosen = Agent.objects.order_by("load", "pk").values_list("pk", flat=True)[:EACH]
            room = EACH // len(chosen)
            Agent.objects.filter(pk__in=list(chosen)).update(max_concurrent=F("load") + room)
            began = time.perf_counter()
            assigned = actions.dispatch(service_account_id=channel.service_account_id)
            found.append((time.perf_counter() - began) * 1000 / assigned)
    return min(found)


@contextmanager
def _one_by_one() -> Iterator[None]:
    """Dispatch as it was: one conversation in a transaction."""
    before, actions.AT_ONCE = actions.AT_ONCE, 1
    try:
        yield
    finally:
        actions.AT_ONCE = before


def _violations(channel: Channel) -> int:
    """Agents above their maximum or whose load is wrong, conversations assigned twice, and overtaken ones."""
    with tenant_scope(channel.tenant_id):
        above = Agent.objects.filter(load__gt=F("max_concurrent")).count()
        held = Conversation.objects.filter(state=State.ACTIVE)
        wrong = sum(held.filter(agent=agent).count() != agent.load for agent in Agent.objects.all()[:200])
        assigned = LoggedEvent.objects.filter(name="conversation.assigned").values_list("conversation_id", flat=True)
        doubled = len(assigned) - len(set(assigned))
        order = list(held.filter(pk__in=list(assigned)).order_by("assigned_at", "pk").values_list("queued_at", "pk"))
        overtaken = sum(one > other for one, other in pairwise(order))
        return above + wrong + doubled + overtaken
