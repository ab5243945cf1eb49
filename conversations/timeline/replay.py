"""The frames a client missed, made again from the log: state after replay equals state fetched (tests prove it)."""

from collections.abc import Mapping
from typing import Any

from conversations.timeline import queries
from conversations.timeline.wire import Side, agent_line, agent_row, message_object, visitor_line, visitor_row

AT_MOST = 500  # events of one conversation; a client further behind fetches the whole state

POSTED = frozenset({"message.posted", "note.posted"})
RECALLED = frozenset({"message.recalled", "note.recalled"})
MESSAGE_EVENTS = POSTED | RECALLED


def frames_after(row: Mapping[str, Any], seq: int, side: Side) -> list[dict[str, Any]]:
    """The frames of a conversation after a client's cursor, in order, with today's content.

    Of more than `AT_MOST` events only the newest: older messages come with the history.
    """
    conversation_id = row["conversation_id"]
    if side == "visitor":
        number, reached, events_after = "visitor_seq", row["last_visitor_event_seq"], queries.visitor_events_after
    else:
        number, reached, events_after = "seq", row["last_event_seq"], queries.events_after
    found = events_after(conversation_id, max(seq, reached - AT_MOST), at_most=AT_MOST)
    # Events committed after `row` was read come as frames of their own; here they would carry an older row.
    events = [event for event in found if event[number] <= reached]
    numbers = [event["data"]["recalled" if event["name"] in RECALLED else "n"] for event in events]
    wanted = [n for event, n in zip(events, numbers, strict=True) if event["name"] in MESSAGE_EVENTS]
    messages = queries.messages_numbered(conversation_id, wanted) if wanted else {}
    return [
        _frame(event, row, side, messages.get(n) if event["name"] in MESSAGE_EVENTS else None)
        for event, n in zip(events, numbers, strict=True)
    ]


def _frame(
    event: Mapping[str, Any], row: Mapping[str, Any], side: Side, message: Mapping[str, Any] | None
) -> dict[str, Any]:
    seq = event["visitor_seq"] if side == "visitor" else event["seq"]
    frame = {"t": event["name"], "conversation": row["conversation"], "seq": seq}
    if message is not None:
        frame["message"] = message_object(message, side)
    if side == "agent":
        frame["row"] = agent_row(row)
        line = agent_line(row["conversation"], event)
    else:
        line = visitor_line(row, event)
        if message is None:
            frame["row"] = visitor_row(row, position=queries.position(row))
    return frame | {"line": line} if line else frame
