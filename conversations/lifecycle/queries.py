"""Conversations, as lists and as rows."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.permissions import Permission
from channels_app.models import ServingGroup
from conversations.models import Conversation, Message, Participation
from conversations.states import OPEN, State
from conversations.timeline.queries import ROWS, select
from core.actors import Actor
from customers.models import Customer


def row(conversation_id: int) -> dict[str, Any]:
    """The facts of one conversation."""
    return select(ROWS + "and c.id = %(id)s", id=conversation_id)[0]


def latest_row_of_visitor(customer_id: int, channel_id: int) -> dict[str, Any] | None:
    """The visitor's latest conversation on a channel."""
    rows = select(
        ROWS + "and c.customer_id = %(customer)s and c.channel_id = %(channel)s order by c.id desc limit 1",
        customer=customer_id,
        channel=channel_id,
    )
    return rows[0] if rows else None


def rows_of_visitor(customer_id: int, channel_id: int, public_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Those of the named conversations that are the visitor's, in their order."""
    return select(
        ROWS + "and c.customer_id = %(customer)s and c.channel_id = %(channel)s and c.public_id = any(%(ids)s)"
        " order by c.id",
        customer=customer_id,
        channel=channel_id,
        ids=list(public_ids),
    )


def rows_named(public_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The named conversations of the tenant; the caller filters by right."""
    return select(ROWS + "and c.public_id = any(%(ids)s) order by c.id", ids=list(public_ids))


def rows_of_agent(agent_id: int) -> list[dict[str, Any]]:
    """What an agent holds, and the latest 100 of the last day that the agent held to their end."""
    return select(
        ROWS + "and c.agent_id = %(agent)s and c.state = 'active' order by c.id limit 500", agent=agent_id
    ) + select(
        ROWS + "and c.agent_id = %(agent)s and c.state = 'ended' and c.ended_at > now() - interval '24 hours'"
        " order by c.ended_at desc limit 100",
        agent=agent_id,
    )


def queue_rows(service_account_ids: Sequence[int], *, at_most: int = 200) -> list[dict[str, Any]]:
    """Who waits for these service accounts, the longest first."""
    return select(
        ROWS + "and c.state = 'queued' and c.service_account_id = any(%(accounts)s)"
        " order by c.queued_at, c.id limit %(most)s",
        accounts=list(service_account_ids),
        most=at_most,
    )


class Waiting(NamedTuple):
    """How many customers wait: in the queues that an agent's groups serve, and in all."""

    own: int
    all: int


def waiting_for(agent_id: int) -> Waiting:
    """The numbers as one agent sees them. One query."""
    served = ServingGroup.objects.filter(group__memberships__agent_id=agent_id).values("service_account_id")
    own = Count("pk", filter=Q(service_account_id__in=served))
    return Waiting(**Conversation.objects.filter(state=State.QUEUED).aggregate(own=own, all=Count("pk")))


def find(public_id: str) -> Conversation | None:
    """A conversation of the tenant."""
    return Conversation.objects.filter(public_id=public_id).first()


def open_conversation_of(customer_id: int, channel_id: int) -> Conversation | None:
    """The one that is not over, if any."""
    return Conversation.objects.filter(customer_id=customer_id, channel_id=channel_id, state__in=OPEN).first()


def place_of_message(client_id: UUID, customer_id: int, channel_id: int) -> str | None:
    """The conversation of the customer on the channel in which a message of that client id stands."""
    stored = Message.objects.filter(
        client_id=client_id, conversation__customer_id=customer_id, conversation__channel_id=channel_id
    )
    return next(iter(stored.values_list("conversation__public_id", flat=True)[:1]), None)


def held_by_nobody() -> QuerySet[Conversation]:
    """Active conversations whose agent was disabled or deleted, or does not work at a desk any more."""
    unable = Q(agent__is_active=False) | ~Q(agent__role__permissions__contains=[Permission.DESK])
    return Conversation.objects.filter(unable, state=State.ACTIVE)


def visitors_of(agent_id: int) -> list[tuple[int, int]]:
    """Customer and channel of each conversation that an agent holds."""
    held = Conversation.objects.filter(agent=agent_id, state=State.ACTIVE)
    return list(held.values_list("customer_id", "channel_id"))


def load_of_agents() -> Any:
    """For a query of agents: how many conversations each holds. The index on agent and state counts them, so that it
    costs the same after years of ended ones."""
    held = Conversation.objects.filter(agent=OuterRef("pk"), state=State.ACTIVE).order_by().values("agent")
    return Coalesce(Subquery(held.annotate(n=Count("pk")).values("n")), 0)


def open_from(network: str, *, at_most: int) -> int:
    """How many conversations are open of customers who come from a network; no more than `at_most` are counted."""
    rows = select(
        "select 1 from conversations_conversation c"
        " join customers_customer customer on customer.tenant_id = c.tenant_id and customer.id = c.customer_id"
        " where c.tenant_id = %(tenant)s and c.state <> 'ended' and customer.address <<= %(network)s::inet"
        " limit %(most)s",
        network=network,
        most=at_most,
    )
    return len(rows)


def customer_of(conversation_id: int) -> Customer:
    """Whose conversation it is."""
    return Customer.objects.get(conversations=conversation_id)


def earlier_conversations(
    conversation_id: int, customer_id: int, *, reader: Actor, at_most: int = 20
) -> list[dict[str, Any]]:
    """The customer's other conversations, newest first.

    Whose they were is told of those that the reader may open. What was said, of those in which the reader took part: to
    read it of others' is to open them, and leaves a trace.
    """
    part = Participation.objects.filter(conversation=OuterRef("pk"), agent=reader.row_id)
    earlier = (
        Conversation.objects.filter(customer_id=customer_id, pk__lt=conversation_id)
        .annotate(mine=Exists(part))
        .select_related("agent")
        .order_by("-pk")[:at_most]
    )
    sees_all = reader.may(Permission.SEE_ALL)
    return [
        {
            "id": each.public_id,
            "opened_at": each.opened_at,
            "ended_at": each.ended_at,
            "agent": each.agent.nickname if each.agent and (each.mine or sees_all) else "",
            "messages": each.last_seq,
            "last": each.last_text if each.mine and not each.last_note else "",
        }
        for each in earlier
    ]
