"""Assigning a conversation to an agent."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Status
from accounts.tenants.locks import lock_agent
from channels_app.service_accounts.queries import group_serving
from conversations.lifecycle import queries
from conversations.lifecycle.sql import ASSIGNED
from conversations.lifecycle.state import (
    Context,
    is_held_by,
    lock,
    move_all,
    publish_load,
    publish_logged,
    publish_queue_left,
    require_waiting_for,
)
from conversations.models import Conversation, Participation
from conversations.states import State
from conversations.timeline.queries import Row
from core import clock
from core.actors import Actor
from core.errors import Refusal
from core.events.conversations import ConversationAssigned
from core.statements import as_json, look_up


class AgentUnavailable(Refusal):
    """The agent is offline, disabled, or has no desk, and can be given no conversation."""

    code = "agent_unavailable"
    status = 409
    text = _("This colleague cannot take conversations right now.")


class YouAreOffline(AgentUnavailable):
    """The accepting agent is offline; the code of `AgentUnavailable`, with a sentence about one's own status."""

    text = _("You are offline. Choose “Online” or “Busy” to accept conversations.")


class AboveCap(Refusal):
    """The accepting agent is at the cap; `accept(above=True)` exceeds it, after the agent was asked."""

    code = "above_cap"
    status = 409

    def __init__(self, load: int, cap: int) -> None:
        super().__init__()
        self.load, self.cap = load, cap

    def __str__(self) -> str:
        return gettext("You already have %(load)d/%(cap)d conversations. Accept all the same?") % {
            "load": self.load,
            "cap": self.cap,
        }


class Assignment(NamedTuple):
    """A waiting conversation and the agent who gets it, both under their locks; the group through which it is given,
    and why (as `conversation.assigned` tells)."""

    conversation: Conversation
    agent: Agent
    group_id: int | None
    why: Mapping[str, Any]


@transaction.atomic(savepoint=False)
def assign_all(*, actor: Actor, assignments: Sequence[Assignment]) -> dict[int, Row]:
    """Gives waiting conversations to agents who have room for them; returns the rows, by conversation id.

    The caller has locked the conversations, then the agents, and counted. A constant number of statements.
    """
    if not assignments:
        return {}
    for conversation, agent, _group_id, _why in assignments:
        conversation.agent = agent
        conversation.assigned_at = agent.last_assigned_at = clock.now()
    conversations = [each.conversation for each in assignments]
    names = {each.agent.pk: each.agent.nickname for each in assignments}
    numbered = move_all(conversations, State.ACTIVE, "agent", "assigned_at")
    events = [
        ConversationAssigned(actor=actor, agent_id=each.agent.pk, why=dict(each.why), **numbers)
        for each, numbers in zip(assignments, numbered, strict=True)
    ]
    rows = _recorded(actor, assignments, events)
    publish_logged(events, rows, Context(names, {}))
    publish_queue_left(actor, *conversations)
    publish_load(actor, *names)
    return {row["conversation_id"]: row for row in rows}


def _recorded(actor: Actor, assignments: Sequence[Assignment], events: Sequence[ConversationAssigned]) -> Sequence[Row]:
    """Saves and logs what follows from them; returns the conversations' rows."""
    given = [
        {
            "conversation_id": each.conversation.pk,
            "agent_id": each.agent.pk,
            "group_id": each.group_id,
            "at": each.conversation.assigned_at,
            "seq": event.seq,
            "visitor_seq": event.visitor_seq,
            "data": event.data(),
        }
        for each, event in zip(assignments, events, strict=True)
    ]
    values = {"event": ConversationAssigned.name, "frozen": clock.frozen_time()}
    return look_up(ASSIGNED, assignments=as_json(given), actor_kind=actor.kind, actor_id=actor.id, **values)


@transaction.atomic
def accept(*, actor: Actor, conversation: str, above: bool = False) -> Row:
    """Assigns a waiting conversation to the agent who asks for it; returns its row, also where the agent has it
    already: by the rules in the same moment, or by this command, whose answer was lost. Raises what
    `require_waiting_for` does, `YouAreOffline`, and `AboveCap` at the cap unless `above`."""
    locked = lock(conversation)
    if is_held_by(actor, locked):
        return queries.row(locked.pk)
    require_waiting_for(actor, locked)
    return take(actor, locked, rule="accepted", above=above)


def take(actor: Actor, conversation: Conversation, *, rule: str, above: bool) -> Row:
    """Assigns a locked waiting conversation to the agent who wants it; returns its row. Raises `YouAreOffline`, and
    `AboveCap` at the cap unless `above`."""
    agent = lock_agent(actor.row_id)
    if agent.status == Status.OFFLINE:
        raise YouAreOffline
    if not above and agent.load >= agent.max_concurrent:
        raise AboveCap(agent.load, agent.max_concurrent)
    group = group_serving(agent.pk, conversation.service_account_id)
    given = [Assignment(conversation, agent, group, {"rule": rule})]
    return assign_all(actor=actor, assignments=given)[conversation.pk]


def record_participation(held: Iterable[tuple[Conversation, Agent, int | None]]) -> None:
    """Remember for ever that these agents held these conversations, and through which group; a second time changes
    nothing."""
    parts = [
        Participation(
            tenant_id=conversation.tenant_id,
            conversation=conversation,
            agent=agent,
            group_id=group_id,
            began_at=clock.now(),
        )
        for conversation, agent, group_id in held
    ]
    Participation.objects.bulk_create(parts, ignore_conflicts=True)
