"""Events, frames and acknowledgements of posted messages."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from conversations.posting.drafts import Outcome
from conversations.timeline.wire import agent_row, message_object, visitor_row
from core.actors import Actor
from core.events.base import Audience
from core.events.messages import MessagePosted, NotePosted
from core.live import frames


class Acknowledgement(TypedDict):
    """What an `ack` of `message.post` carries: the message, and its conversation."""

    message: dict[str, Any]
    row: dict[str, Any]


def frames_of(outcomes: Sequence[Outcome]) -> frames.Frames:
    """The frames of the fresh messages, for all audiences."""
    return [frame for outcome in outcomes if outcome.fresh for frame in _frames(outcome.row)]


def event_of(row: Mapping[str, Any]) -> MessagePosted | NotePosted:
    """The event of a fresh message; a note's type has no visitor in its audience."""
    kind = NotePosted if row["note"] else MessagePosted
    return kind(
        tenant_id=row["tenant_id"],
        actor=Actor(row["author_kind"], row["author_id"]),
        conversation_id=row["conversation_id"],
        conversation=row["conversation"],
        customer_id=row["customer_id"],
        channel_id=row["channel_id"],
        service_account_id=row["service_account_id"],
        holders=(row["agent_id"],) if row["agent_id"] is not None else (),
        seq=row["event_seq"],
        visitor_seq=row["visitor_event_seq"],
        n=row["n"],
    )


def _frames(row: Mapping[str, Any]) -> frames.Frames:
    event = event_of(row)
    show: dict[Audience, dict[str, Any]] = {}
    # The desk first: who wrote a message sees it already, and most are written by visitors.
    desk = Audience.HOLDER if event.holders else Audience.QUEUE
    if desk in event.audience:
        show[desk] = {"message": message_object(row, "agent"), "row": agent_row(row)}
    if Audience.VISITOR in event.audience:
        show[Audience.VISITOR] = {"message": message_object(row, "visitor")}
    return frames.frames_of(event, show)


def acknowledgement(outcome: Outcome, side: Literal["visitor", "agent"]) -> Acknowledgement:
    """The acknowledgement for a message's author."""
    found = outcome.row
    row = visitor_row(found) if side == "visitor" else agent_row(found, me=found["author_id"])
    return {"message": message_object(found, side), "row": row}
