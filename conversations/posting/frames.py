"""What posting tells: events, frames and acknowledgements."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from conversations.posting.drafts import Outcome
from conversations.timeline.wire import agent_row, message_object, visitor_row
from core.actors import Actor
from core.events.base import Audience
from core.events.messages import MessagePosted, NotePosted
from core.live import frames


def frames_of(outcomes: Sequence[Outcome]) -> frames.Frames:
    """What everybody concerned is told of the fresh messages."""
    return [frame for outcome in outcomes if outcome.fresh for frame in _frames(outcome.facts)]


def event_of(facts: Mapping[str, Any]) -> MessagePosted | NotePosted:
    """The event of a fresh message; a note's type has no visitor in its audience."""
    kind = NotePosted if facts["note"] else MessagePosted
    return kind(
        tenant_id=facts["tenant_id"],
        actor=Actor(facts["author_kind"], facts["author_id"]),
        conversation_id=facts["conversation_id"],
        conversation=facts["conversation"],
        customer_id=facts["customer_id"],
        channel_id=facts["channel_id"],
        service_account_id=facts["service_account_id"],
        holders=(facts["agent_id"],) if facts["agent_id"] is not None else (),
        seq=facts["event_seq"],
        visitor_seq=facts["visitor_event_seq"],
        n=facts["n"],
    )


def _frames(facts: Mapping[str, Any]) -> frames.Frames:
    event = event_of(facts)
    show: dict[Audience, dict[str, Any]] = {}
    if Audience.VISITOR in event.audience:
        show[Audience.VISITOR] = {"message": message_object(facts, "visitor")}
    if event.holders:
        show[Audience.HOLDER] = {"message": message_object(facts, "agent"), "row": agent_row(facts)}
    elif Audience.QUEUE in event.audience:
        show[Audience.QUEUE] = {"message": message_object(facts, "agent"), "row": agent_row(facts)}
    return frames.frames_of(event, show)


def acknowledgement(outcome: Outcome, side: Literal["visitor", "agent"]) -> dict[str, Any]:
    """What an `ack` of `message.post` carries."""
    facts = outcome.facts
    row = visitor_row(facts) if side == "visitor" else agent_row(facts, me=facts["author_id"])
    return {"message": message_object(facts, side), "row": row}
