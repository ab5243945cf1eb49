"""What every act on a conversation uses: its lock, state, event numbers and events.

`move` is the only function that assigns a conversation's state.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.agents.queries import agents_with_load
from accounts.agents.wire import agent_object
from accounts.models import Agent
from accounts.permissions import Permission
from conversations.lifecycle import queries
from conversations.models import Conversation
from conversations.posting.drafts import Ended, NotYours
from conversations.states import State, may_move
from conversations.timeline.queries import Row, position
from conversations.timeline.wire import agent_line, agent_row, visitor_line, visitor_row
from core import bus, clock
from core.actors import Actor
from core.errors import Refusal
from core.events.agents import AgentLoadChanged
from core.events.base import Audience, ConversationEvent
from core.events.conversations import QueueLeft
from core.live.groups import groups_of
from core.rows import one_or_404, valid_id
from core.tenancy.scope import current_tenant_id


class WrongState(Refusal):
    """The state machine has no transition from the present state, usually because somebody else was first."""

    code = "already_taken"
    status = 409
    text = _("Somebody was faster: this conversation has changed in the meantime.")


def lock(public_id: str) -> Conversation:
    """The conversation, locked until commit; raises `NotFound`."""
    return one_or_404(Conversation.objects.select_for_update(of=("self",)).filter(public_id=valid_id(public_id)))


def lock_by_id(conversation_id: int) -> Conversation:
    """As `lock`, by primary key; raises `DoesNotExist`."""
    return Conversation.objects.select_for_update(of=("self",)).get(pk=conversation_id)


def require_holder(actor: Actor, conversation: Conversation) -> None:
    """Raises `Ended`, `WrongState` while it is not active, and `NotYours` unless the actor holds it or may see all."""
    if conversation.state == State.ENDED:
        raise Ended
    if conversation.state != State.ACTIVE:
        raise WrongState
    if actor.kind != "agent" or (conversation.agent_id != actor.id and not actor.may(Permission.SEE_ALL)):
        raise NotYours


def move(conversation: Conversation, state: State, *changed: str) -> dict[str, Any]:
    """Assigns a state allowed by `MOVES` and saves it with the fields `changed`; returns what `number` does. Raises
    `WrongState`. Needs the lock."""
    if not may_move(conversation.state, state):
        raise WrongState
    conversation.state = state
    return number(conversation, "state", *changed)


def number(conversation: Conversation, *changed: str, for_visitor: bool = True) -> dict[str, Any]:
    """Takes the next event numbers of the conversation; returns the fields that each event of it carries. Needs the
    lock.

    Saves the numbers and the fields `changed` in one statement; `for_visitor` also advances the visitor's numbers.
    """
    conversation.last_event_seq += 1
    if for_visitor:
        conversation.last_visitor_event_seq += 1
    conversation.save(update_fields=["last_event_seq", "last_visitor_event_seq", *changed])
    return {
        **ids_of(conversation),
        "seq": conversation.last_event_seq,
        "visitor_seq": conversation.last_visitor_event_seq if for_visitor else None,
        "n": conversation.last_seq,
    }


def ids_of(conversation: Conversation) -> dict[str, Any]:
    """The ids that each event of the conversation carries, and its holders."""
    return {
        "tenant_id": conversation.tenant_id,
        "conversation_id": conversation.pk,
        "conversation": conversation.public_id,
        "customer_id": conversation.customer_id,
        "channel_id": conversation.channel_id,
        "service_account_id": conversation.service_account_id,
        "holders": (conversation.agent_id,) if conversation.agent_id is not None else (),
    }


def publish(event: ConversationEvent) -> Callable[[], Row]:
    """Publishes the event with the row and the timeline entry for each audience; returns a function that reads the row
    at most once."""
    row = cache(lambda: queries.row(event.conversation_id))
    bus.publish(event, show=lambda: _shown(event, row()))
    return row


def _shown(event: ConversationEvent, found: Row) -> bus.Shown:
    happened = _happened(event)
    there = (audience for audience in Audience if audience in event.audience and groups_of(event, audience))
    return {audience: _row_for(audience, event, found, happened) for audience in there}


def _row_for(audience: Audience, event: ConversationEvent, found: Row, happened: Row) -> dict[str, Any]:
    if audience is Audience.VISITOR:
        row = visitor_row(found, position=position(found))
        line = visitor_line(found, happened)
    else:
        row, line = agent_row(found), agent_line(event.conversation, happened)
    return {"row": row, "line": line} if line else {"row": row}


def _happened(event: ConversationEvent) -> dict[str, Any]:
    """The event in the shape of a row of `queries.EVENTS`."""
    data = event.data()
    agent_id, before_id = data.get("agent_id") or 0, data.get("from_agent_id") or 0
    concerned = {agent_id, before_id} - {0}
    names = dict(Agent.objects.filter(pk__in=concerned).values_list("pk", "nickname")) if concerned else {}
    return {
        "name": event.name,
        "seq": event.seq,
        "visitor_seq": event.visitor_seq,
        "data": data,
        "at": clock.now(),
        "actor_kind": event.actor.kind,
        "actor_id": event.actor.id,
        "actor_name": event.actor.name if event.actor.kind == "agent" else None,
        "agent_name": names.get(agent_id),
        "from_name": names.get(before_id),
    }


def publish_load(actor: Actor, agent_id: int | None) -> None:
    """Publishes the agent's load to colleagues after commit; nothing for None."""
    if agent_id is None:
        return

    def show() -> bus.Shown:
        return {Audience.DESK: {"agent": agent_object(agents_with_load().get(pk=agent_id))}}

    bus.publish(AgentLoadChanged(tenant_id=current_tenant_id(), actor=actor, agent_id=agent_id), show=show)


def publish_queue_left(conversation: Conversation, actor: Actor) -> None:
    """Publishes that the conversation has left the queue."""
    bus.publish(QueueLeft(actor=actor, **ids_of(conversation)), show={Audience.QUEUE: {}})
