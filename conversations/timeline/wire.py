"""Conversations, messages and timeline entries as frames carry them (docs/protocol.md, "Objects"). Pure."""

from collections.abc import Mapping
from typing import Any, Literal

import orjson

from accounts.agents.rules import is_absent
from conversations.timeline.wording import Sentence, end_of, sentence_of, visitor_sentence_of
from core.files.tickets import file_url
from core.live.wire import milliseconds

Side = Literal["visitor", "agent"]


def message_object(row: Mapping[str, Any], side: Side) -> dict[str, Any]:
    """A message for one side; `row` is a row of `sql.POST`, of `queries.MESSAGES`, or alike."""
    recalled = row["recalled_at"] is not None
    shown: dict[str, Any] = {
        "conversation": row["conversation"],
        "n": row["n"],
        "cid": str(row["client_id"]),
        "from": row["author_kind"],
        "name": author_name(row, side),
        "kind": row["kind"],
        "text": "" if recalled else row["text"],
        "content": {} if recalled else orjson.loads(row["content"]),
        "file": None if recalled or not row["file_id"] else file_object(row),
        "at": milliseconds(row["created_at"]),
        "recalled": recalled,
    }
    if side == "agent":
        shown["note"] = row["note"]
        shown["author"] = row["author"]
    return shown


def author_name(row: Mapping[str, Any], side: Side) -> str:
    """The author's name; an agent's own name reaches a visitor only where the service account shows it."""
    hidden = row["author_kind"] == "system" or (row["author_kind"] == "agent" and not row["show_agent_name"])
    return str(row["face"] if side == "visitor" and hidden else row["author_name"])


def file_object(row: Mapping[str, Any]) -> dict[str, Any]:
    """An attachment, with an address that is valid for a week."""
    return {
        "id": row["file_id"],
        "url": file_url(row["tenant_id"], row["file_id"], row["file_name"]),
        "name": row["file_name"],
        "size": row["file_size"],
        "type": row["file_type"],
        "width": row["file_width"],
        "height": row["file_height"],
    }


def visitor_row(row: Mapping[str, Any], *, position: int | None = None) -> dict[str, Any]:
    """A conversation as its visitor sees it; `row` is a row of `queries.ROWS` or of `sql.POST`."""
    agent = None
    if row["agent_name"] is not None and row["state"] == "active":
        name = row["agent_name"] if row["show_agent_name"] else row["face"]
        agent = {"name": name, "avatar": row["avatar"], "away": is_absent(row["agent_seen_at"])}
    return {
        "conversation": row["conversation"],
        "seq": row["last_visitor_event_seq"],
        "state": row["state"],
        "position": position,
        "agent": agent,
        "delivered": row["agent_delivered"],
        "read": row["agent_read"],
        "end_reason": row["end_reason"] or None,
    }


def agent_row(row: Mapping[str, Any], *, me: int | None = None) -> dict[str, Any]:
    """A conversation as agents see it; `me` fills `mine`. A row of posting does not say the customer's tags."""
    last = None
    if row["last_author"]:
        last = {
            "from": row["last_author"],
            "author": row["last_author_agent"],
            "kind": row["last_kind"],
            "text": row["last_text"],
            "at": milliseconds(row["last_message_at"]),
        }
    agent = {"id": row["agent"], "name": row["agent_name"]} if row["agent_id"] is not None else None
    end = end_of(row)
    customer = {"id": row["customer"], "name": row["customer_name"]}
    if "tags" in row:
        customer["tags"] = row["tags"]
    return {
        "conversation": row["conversation"],
        "seq": row["last_event_seq"],
        "state": row["state"],
        "customer": customer,
        "channel": {"id": row["channel"], "name": row["channel_name"], "kind": row["channel_kind"]},
        "agent": agent,
        "mine": me is not None and row["agent_id"] == me,
        "opened_at": milliseconds(row["opened_at"]),
        "queued_at": milliseconds(row["queued_at"]),
        "assigned_at": milliseconds(row["assigned_at"]),
        "ended_at": milliseconds(row["ended_at"]),
        "end": end._asdict() if end else None,
        "waiting_since": milliseconds(row["waiting_since"]),
        "unread": row["unread"],
        "handed_by": row["handed_by"] or None,
        "n": row["last_seq"],
        "last": last,
        "note": row["note_text"] if row["last_note"] else None,
        "wrote_at": milliseconds(row["customer_wrote_at"]),
        "delivered": row["customer_delivered"],
        "read": row["customer_read"],
    }


def head_object(row: Mapping[str, Any]) -> dict[str, Any]:
    """What stands above an earlier conversation in the time line; `row` as of `agent_row`."""
    shown = agent_row(row)
    return {name: shown[name] for name in ("conversation", "channel", "agent", "opened_at", "ended_at", "end", "n")}


def visitor_line(row: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any] | None:
    """The timeline entry of an event for the visitor; None for events that visitors do not see. `row` is as of
    `visitor_row`, `event` a row of `queries.EVENTS`."""
    sentence = visitor_sentence_of(event, None if row["show_agent_name"] else row["face"])
    return _line(row["conversation"], event, event["visitor_seq"], sentence) if sentence else None


def agent_line(conversation: str, event: Mapping[str, Any]) -> dict[str, Any] | None:
    """The timeline entry of an event for agents; None for events without one."""
    sentence = sentence_of(event)
    return _line(conversation, event, event["seq"], sentence) if sentence else None


def _line(conversation: str, event: Mapping[str, Any], seq: int, sentence: Sentence) -> dict[str, Any]:
    return {
        "conversation": conversation,
        "seq": seq,
        "after": event["data"]["n"],
        "at": milliseconds(event["at"]),
        "say": sentence._asdict(),
    }
