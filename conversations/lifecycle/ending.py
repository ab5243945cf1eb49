"""Ending conversations: by their agents, by their visitors, or by a timer; many at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from django.db import transaction

from accounts.tenants.locks import lock_agents
from conversations.lifecycle.state import (
    lock_all,
    lock_those,
    move_all,
    publish_all,
    publish_load,
    publish_queue_left,
    require_holder,
    require_waiting_for,
)
from conversations.models import Conversation
from conversations.posting.drafts import Ended
from conversations.states import EndReason, State
from conversations.timeline.queries import Row
from conversations.timers import limits
from core import clock
from core.actors import SYSTEM, Actor
from core.batches import together
from core.errors import NotFound, Refusal
from core.events.conversations import ConversationEnded
from core.live.gathering import Batches
from core.tenancy.threads import on_thread


class End(NamedTuple):
    """A request to end a conversation (public id): by its holder (`AGENT`), by its customer (`VISITOR`), or by an agent
    who might accept it, as a nuisance (`SPAM`)."""

    actor: Actor
    conversation: str
    reason: EndReason


class Ending(NamedTuple):
    """A conversation under its lock that is to be ended, by whom and why."""

    actor: Actor
    conversation: Conversation
    reason: EndReason


def end_by_agent(*, actor: Actor, conversation: str) -> Row:
    """Ends an active conversation; returns its row. Raises `NotFound` and what `require_holder` does."""
    return _end_one(End(actor, conversation, EndReason.AGENT))


def end_by_visitor(*, actor: Actor, conversation: str) -> Row:
    """Ends the customer's conversation, waiting or active; returns its row. Raises `NotFound` and `Ended`."""
    return _end_one(End(actor, conversation, EndReason.VISITOR))


def _end_one(end: End) -> Row:
    (result,) = _end_together([end])
    if isinstance(result, Refusal):
        raise result
    return result


def end_all(ends: Sequence[End]) -> list[Row | Exception]:
    """Ends conversations for several who asked at the same time; returns for each, in their order, the row or the
    refusal. In one transaction, and where that fails each in its own."""
    return together(_end_together, ends)


async def end_soon(end: End) -> Row:
    """`end_all` for one, together with what others end at the same time, in the tenant's scope. Raises the refusal, and
    `Busy`."""
    return await _ends.call(end)


# A batch costs nearly the same for many as for one: without a pause those of a busy tenant would be small, and many.
PAUSE_SECONDS = 0.02
_ends: Batches[End, Row] = Batches("ends", on_thread(end_all), pause=PAUSE_SECONDS)


@transaction.atomic
def _end_together(ends: Sequence[End]) -> list[Row | Refusal]:
    locked = lock_all({each.conversation for each in ends})
    wanted: dict[int, Ending] = {}
    refusals = [_refusal_of(each, locked, wanted) for each in ends]
    rows = _end(list(wanted.values()))()
    return [refusal or rows[locked[each.conversation].pk] for each, refusal in zip(ends, refusals, strict=True)]


def _refusal_of(end: End, locked: Mapping[str, Conversation], wanted: dict[int, Ending]) -> Refusal | None:
    """Why it is not ended; otherwise it is wanted now, and the next who wants the same comes too late."""
    conversation = locked.get(end.conversation)
    try:
        if conversation is None:
            raise NotFound
        _require_right(end, conversation)
        if conversation.pk in wanted:
            raise Ended
    except Refusal as refusal:
        return refusal
    wanted[conversation.pk] = Ending(end.actor, conversation, end.reason)
    return None


def _require_right(end: End, conversation: Conversation) -> None:
    if end.reason == EndReason.AGENT:
        require_holder(end.actor, conversation)
    elif end.reason == EndReason.SPAM:
        require_waiting_for(end.actor, conversation)
    elif conversation.customer_id != end.actor.id:
        raise NotFound
    elif conversation.state == State.ENDED:
        raise Ended


def end_idle(ids: Collection[int]) -> int:
    """Ends those of the active conversations that have been silent for their place's idle time (`IDLE_END`); returns
    the number. In one transaction."""
    return _end_past(limits.idle, ids, EndReason.IDLE)


def end_expired(ids: Collection[int]) -> int:
    """As `end_idle`, those that have waited longer than their place's `WAITING_EXPIRY`."""
    return _end_past(limits.expired, ids, EndReason.EXPIRED)


@transaction.atomic
def _end_past(past: limits.Past, ids: Collection[int], reason: EndReason) -> int:
    """Those that are still past the limit under the lock: they may have gone on since the sweep looked."""
    endings = [Ending(SYSTEM, each, reason) for each in lock_those(past(ids))]
    _end(endings)
    return len(endings)


def _end(endings: Sequence[Ending]) -> Callable[[], dict[int, Row]]:
    """Returns how to get the rows, by conversation id; a constant number of statements."""
    if not endings:
        return dict
    conversations = [each.conversation for each in endings]
    queued = [each for each in conversations if each.state == State.QUEUED]
    holders = {each.agent_id for each in conversations if each.agent_id is not None}
    lock_agents(*holders)
    for _actor, conversation, reason in endings:
        conversation.ended_at = clock.now()
        conversation.end_reason = reason
        conversation.waiting_since = None
    numbered = move_all(conversations, State.ENDED, "ended_at", "end_reason", "waiting_since")
    rows = publish_all(
        [
            ConversationEnded(actor=actor, reason=reason, agent_id=conversation.agent_id, **numbers)
            for (actor, conversation, reason), numbers in zip(endings, numbered, strict=True)
        ]
    )
    publish_queue_left(endings[0].actor, *queued)
    publish_load(endings[0].actor, *holders)
    return rows
