"""What a conversation, a message and a line look like on the wire (docs/protocol.md, "Objects"). Pure."""

from collections.abc import Mapping
from typing import Any, Literal

from accounts.agents.rules import is_absent
from conversations.timeline.wording import NAMING, sentence_of, visitor_key
from core.files.tickets import file_url
from core.live.wire import milliseconds

Side = Literal["visitor", "agent"]


def message_object(facts: Mapping[str, Any], side: Side) -> dict[str, Any]:
    """A message for one side; `facts` is a row of `sql.POST`, of `queries.MESSAGES`, or the like."""
    recalled = facts["recalled_at"] is not None
    shown: dict[str, Any] = {
        "conversation": facts["conversation"],
        "n": facts["n"],
        "cid": str(facts["client_id"]),
        "from": facts["author_kind"],
        "name": author_name(facts, side),
        "kind": facts["kind"],
        "text": "" if recalled else facts["text"],
        "file": None if recalled or not facts["file_id"] else file_object(facts),
        "at": milliseconds(facts["created_at"]),
        "recalled": recalled,
    }
    if side == "agent":
        shown["note"] = facts["note"]
        shown["author"] = facts["author"]
    return shown


def author_name(facts: Mapping[str, Any], side: Side) -> str:
    """An agent's own name reaches a visitor only where the service account shows it."""
    hidden = facts["author_kind"] == "system" or (facts["author_kind"] == "agent" and not facts["show_agent_name"])
    return str(facts["face"] if side == "visitor" and hidden else facts["author_name"])


def file_object(facts: Mapping[str, Any]) -> dict[str, Any]:
    """An attachment, with an address that works for a while."""
    return {
        "id": facts["file_id"],
        "url": file_url(facts["tenant_id"], facts["file_id"], facts["file_name"]),
        "name": facts["file_name"],
        "size": facts["file_size"],
        "type": facts["file_type"],
        "width": facts["file_width"],
        "height": facts["file_height"],
    }


def visitor_row(facts: Mapping[str, Any], *, position: int | None = None) -> dict[str, Any]:
    """A conversation as its visitor sees it; `facts` is a row of `queries.ROWS` or of `sql.POST`."""
    agent = None
    if facts["agent_name"] is not None and facts["state"] == "active":
        name = facts["agent_name"] if facts["show_agent_name"] else facts["face"]
        agent = {"name": name, "avatar": facts["avatar"], "away": is_absent(facts["agent_seen_at"])}
    return {
        "conversation": facts["conversation"],
        "seq": facts["last_visitor_event_seq"],
        "state": facts["state"],
        "position": position,
        "agent": agent,
        "delivered": facts["agent_delivered"],
        "read": facts["agent_read"],
        "end_reason": facts["end_reason"] or None,
    }


def agent_row(facts: Mapping[str, Any], *, me: int | None = None) -> dict[str, Any]:
    """A conversation as agents see it; `me` fills `mine`."""
    last = None
    if facts["last_author"]:
        last = {
            "from": facts["last_author"],
            "author": facts["last_author_agent"],
            "kind": facts["last_kind"],
            "text": facts["last_text"],
            "at": milliseconds(facts["last_message_at"]),
            "note": facts["last_note"],
        }
    agent = {"id": facts["agent"], "name": facts["agent_name"]} if facts["agent_id"] is not None else None
    return {
        "conversation": facts["conversation"],
        "seq": facts["last_event_seq"],
        "state": facts["state"],
        "customer": {"id": facts["customer"], "name": facts["customer_name"]},
        "channel": {"id": facts["channel"], "name": facts["channel_name"], "kind": facts["channel_kind"]},
        "agent": agent,
        "mine": me is not None and facts["agent_id"] == me,
        "opened_at": milliseconds(facts["opened_at"]),
        "queued_at": milliseconds(facts["queued_at"]),
        "assigned_at": milliseconds(facts["assigned_at"]),
        "ended_at": milliseconds(facts["ended_at"]),
        "end_reason": facts["end_reason"] or None,
        "waiting_since": milliseconds(facts["waiting_since"]),
        "unread": facts["unread"],
        "handed_by": facts["handed_by"] or None,
        "n": facts["last_seq"],
        "last": last,
        "delivered": facts["customer_delivered"],
        "read": facts["customer_read"],
    }


def visitor_line(facts: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any] | None:
    """What happened between the messages, for the visitor's thread; None where visitors read nothing of it. `facts` are
    as of `visitor_row`, `event` is a row of `queries.EVENTS`."""
    key = visitor_key(event)
    if key is None:
        return None
    name = event["agent_name"] if facts["show_agent_name"] else facts["face"]
    return {
        "conversation": facts["conversation"],
        "seq": event["visitor_seq"],
        "after": event["data"]["n"],
        "at": milliseconds(event["at"]),
        "say": {"key": key, "names": {"name": name} if key in NAMING else {}},
    }


def line_object(conversation: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """What happened between the messages, for the agents' thread; `event` is a row of `queries.EVENTS`."""
    data, sentence = event["data"], sentence_of(event)
    return {
        "conversation": conversation,
        "seq": event["seq"],
        "t": event["name"],
        "after": data["n"],
        "at": milliseconds(event["at"]),
        "by": event["actor_name"] or event["actor_kind"],
        "agent": event["agent_name"],
        "cause": data.get("cause") or data.get("reason") or data.get("why", {}).get("rule"),
        "say": sentence._asdict() if sentence else None,
    }
