"""Ending a conversation: by its agent, by its visitor, or by a timer."""

from collections.abc import Callable

from django.db import transaction

from conversations.lifecycle.state import (
    lock,
    lock_by_id,
    move,
    publish,
    publish_load,
    publish_queue_left,
    require_holder,
)
from conversations.models import Conversation
from conversations.posting.drafts import Ended
from conversations.states import EndReason, State
from conversations.timeline.queries import Row
from conversations.timers import limits
from core import clock
from core.actors import SYSTEM, Actor
from core.errors import NotFound
from core.events.conversations import ConversationEnded


@transaction.atomic
def end_by_agent(*, actor: Actor, conversation: str) -> Row:
    """Ends an active conversation; returns its row. Raises what `lock` and `require_holder` do."""
    locked = lock(conversation)
    require_holder(actor, locked)
    return _end(actor, locked, EndReason.AGENT)()


@transaction.atomic
def end_by_visitor(*, actor: Actor, conversation: str) -> Row:
    """Ends the customer's conversation, waiting or active; returns its row. Raises `NotFound` and `Ended`."""
    locked = lock(conversation)
    if locked.customer_id != actor.id:
        raise NotFound
    if locked.state == State.ENDED:
        raise Ended
    return _end(actor, locked, EndReason.VISITOR)()


def end_if_idle(conversation_id: int) -> bool:
    """Ends an active conversation that has been silent for its place's idle time (`IDLE_END`); returns whether it
    did."""
    return _end_if_past(conversation_id, State.ACTIVE, limits.is_idle, EndReason.IDLE)


def end_if_expired(conversation_id: int) -> bool:
    """Ends a conversation that has waited longer than its place's `WAITING_EXPIRY`; returns whether it did."""
    return _end_if_past(conversation_id, State.QUEUED, limits.is_expired, EndReason.EXPIRED)


@transaction.atomic
def _end_if_past(
    conversation_id: int, state: State, is_past: Callable[[Conversation], bool], reason: EndReason
) -> bool:
    """Ends it if `is_past` still holds under the lock: it may have gone on since the sweep looked."""
    conversation = lock_by_id(conversation_id)
    if conversation.state != state or not is_past(conversation):
        return False
    _end(SYSTEM, conversation, reason)
    return True


def _end(actor: Actor, conversation: Conversation, reason: EndReason) -> Callable[[], Row]:
    was_queued = conversation.state == State.QUEUED
    conversation.ended_at = clock.now()
    conversation.end_reason = reason
    conversation.waiting_since = None
    numbered = move(conversation, State.ENDED, "ended_at", "end_reason", "waiting_since")
    event = ConversationEnded(actor=actor, reason=reason, agent_id=conversation.agent_id, **numbered)
    row = publish(event)
    if was_queued:
        publish_queue_left(actor, conversation)
    publish_load(actor, conversation.agent_id)
    return row
