"""What an assignment costs in the process that makes it. Needs Django to be set up."""

import time
from collections import Counter
from collections.abc import Iterator
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
from core.batches import AT_ONCE
from core.models import LoggedEvent
from core.tenancy.scope import tenant_scope
from customers.models import Customer
from routing.dispatch.actions import dispatch

GROUPS, LARGE, WAITING = 40, 2000, 10_000
WITH_A_PAST, PAST = 52, 5000  # agents who have so many past conversations
ROUNDS = 6  # of the costs, in turns; the best counts
EACH = 100  # assignments in a round


@dataclass(frozen=True)
class Costs:
    """As `--json` prints them, and the large company's channel."""

    figures: dict[str, float]
    ratios: dict[str, float]
    large: Channel


def cost_of_assignments() -> Costs:
    """A small company and a large one in turns: milliseconds of an assignment, and whether a rule was broken."""
    small, large = _open("9902", agents=10, waiting=10), _open("9903", agents=LARGE, waiting=WAITING)
    with tenant_scope(large.tenant_id):
        _give_a_past(large)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    rounds = [
        (_cost(small, waiting=10), _cost(large, waiting=WAITING), _cost(large, waiting=WAITING, at_once=1))
        for _ in range(ROUNDS)
    ]
    in_small, in_large, alone = (min(costs) for costs in zip(*rounds, strict=True))
    figures = {
        "assign_cost_ms_small": in_small,
        "assign_cost_ms_large": in_large,
        "growth": in_large / in_small,
        "violations": float(_violations(small) + _violations(large)),
    }
    return Costs(figures, {"to_one_by_one": alone / in_large}, large)


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
        let_wait(channel, waiting)
        return channel


def conversations(channel: Channel, count: int, **values: object) -> Iterator[Conversation]:
    """Conversations of new customers, to be stored; with these values."""
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


def store(rows: Iterator[Conversation]) -> None:
    """Inserts them, many in a statement."""
    while batch := list(islice(rows, 1000)):
        Conversation.objects.bulk_create(batch)


def let_wait(channel: Channel, count: int) -> None:
    """So many more visitors wait."""
    store(conversations(channel, count, state=State.QUEUED))


OTHERS = ", ".join(
    f'"{field.column}"' for field in Conversation._meta.concrete_fields if field.column not in ("id", "public_id")
)
COPIES = f"""
insert into conversations_conversation (public_id, {OTHERS})
select left(md5(id || ' ' || n), 16), {OTHERS} from conversations_conversation, generate_series(2, %s) n
where id = any(%s)
"""


def _give_a_past(channel: Channel) -> None:
    """Some agents ended many conversations: one of each is stored, and copied."""
    now = timezone.now()
    team = list(Agent.objects.order_by("pk")[:WITH_A_PAST])
    past = {"state": State.ENDED, "assigned_at": now, "ended_at": now, "end_reason": "agent"}
    rows = list(conversations(channel, len(team), **past))
    for row, agent in zip(rows, team, strict=True):
        row.agent = agent
    Conversation.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute(COPIES, [PAST, [row.pk for row in rows]])


def _cost(channel: Channel, *, waiting: int, at_once: int = AT_ONCE) -> float:
    """Milliseconds of an assignment: `EACH` of them by one dispatch, while `waiting` others wait."""
    with tenant_scope(channel.tenant_id):
        Agent.objects.update(seen_at=timezone.now(), status="online", max_concurrent=F("load"))
        missing = waiting + EACH - Conversation.objects.filter(state=State.QUEUED).count()
        let_wait(channel, max(missing, 0))
        chosen = Agent.objects.order_by("load", "pk").values_list("pk", flat=True)[:EACH]
        room = EACH // len(chosen)
        Agent.objects.filter(pk__in=list(chosen)).update(max_concurrent=F("load") + room)
        began = time.perf_counter()
        assigned = dispatch(service_account_id=channel.service_account_id, at_once=at_once)
        return (time.perf_counter() - began) * 1000 / assigned


def _violations(channel: Channel) -> int:
    """Agents above their maximum or whose load is wrong, conversations assigned twice, and overtaken ones."""
    with tenant_scope(channel.tenant_id):
        above = Agent.objects.filter(load__gt=F("max_concurrent")).count()
        held = Conversation.objects.filter(state=State.ACTIVE)
        wrong = wrong_loads()
        assigned = LoggedEvent.objects.filter(name="conversation.assigned").values_list("conversation_id", flat=True)
        doubled = len(assigned) - len(set(assigned))
        order = list(held.filter(pk__in=list(assigned)).order_by("assigned_at", "pk").values_list("queued_at", "pk"))
        overtaken = sum(one > other for one, other in pairwise(order))
        return above + wrong + doubled + overtaken


def wrong_loads() -> int:
    """Agents of the tenant whose load is not the number of conversations that they hold."""
    held = Counter(Conversation.objects.filter(state=State.ACTIVE).values_list("agent_id", flat=True))
    return sum(held[agent_id] != load for agent_id, load in Agent.objects.values_list("pk", "load"))
