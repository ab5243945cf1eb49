"""Pages of a customer's time line, as the thread of the desk asks for them (docs/protocol.md, "Older messages")."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import QueryDict

from conversations.lifecycle.queries import (
    after_in_time_line,
    before_in_time_line,
    later_at_desk,
    rows_named,
    since_in_time_line,
)
from conversations.states import State
from conversations.timeline import queries
from conversations.timeline.queries import LAST_NUMBER, Page, Row
from conversations.timeline.wire import agent_line, head_object, message_object
from core.errors import NotFound
from workbench.agent import AgentClient

LONGEST_NUMBER, LONGEST_TIME = 9, 15


def readable_row(reader: AgentClient, public_id: str) -> dict[str, Any]:
    """The row of a conversation that the agent may read; raises `NotFound` for every other."""
    rows = rows_named([public_id])
    if not rows or not reader.may_read(rows[0]):
        raise NotFound
    return rows[0]


def thread_page(reader: AgentClient, public_id: str, asked: QueryDict) -> dict[str, Any]:
    """The page that an address asks for: the newest messages of the conversation, those `before`, `after` or `around`
    a number, those around the first one `since` a time, which may be in an earlier conversation, or those around the
    first of the `unread` last ones that the customer wrote before a number.

    Reading somebody else's conversation leaves an audit entry. Raises `NotFound`.
    """
    row = readable_row(reader, public_id)
    n = _number(asked, "around")
    if (at := _time(asked.get("since", ""))) and (place := since_in_time_line(row, at)):
        row, n = _readable_place(reader, row, *place)
    elif unread := _number(asked, "unread"):
        n = queries.nth_last_of_customer(row["conversation_id"], unread, before=_number(asked, "before"))
    reader.reads(row)
    page = _page(row["conversation_id"], around=n, before=_number(asked, "before"), after=_number(asked, "after"))
    return {
        "conversation": row["conversation"],
        "at": n,
        "messages": [message_object(each, "agent") for each in page.messages],
        "lines": _lines(row, page),
        "more": page.older,
        "newer": page.newer,
        "earlier": None if page.older else _earlier(reader, row),
        "later": None if page.newer else _later(reader, row),
    }


def _readable_place(reader: AgentClient, row: dict[str, Any], conversation: str, n: int) -> tuple[dict[str, Any], int]:
    """A place before or in the row's conversation; where it is not the reader's to read, the row's beginning."""
    (found,) = rows_named([conversation])
    return (found, n) if reader.may_read(found) else (row, 1)


def _page(conversation_id: int, *, around: int | None, before: int | None, after: int | None) -> Page:
    if around is not None:
        return queries.around(conversation_id, n=around)
    if after is not None:
        return queries.following(conversation_id, after=after)
    return queries.newest(conversation_id, before=before)


def _lines(row: Row, page: Page) -> list[dict[str, Any]]:
    """What happened between the messages of the page; around them only where the page is at the beginning or the
    end."""
    numbers = [message["n"] for message in page.messages]
    first = (numbers or [LAST_NUMBER])[0] if page.older else 0
    last = (numbers or [0])[-1] if page.newer else LAST_NUMBER
    found = queries.lines(row["conversation_id"], from_n=first, to_n=last)
    return [line for event in found if (line := agent_line(row["conversation"], event))]


def _earlier(reader: AgentClient, row: Row) -> dict[str, Any] | None:
    before = before_in_time_line(row)
    return head_object(before) if before and reader.may_read(before) else None


def _later(reader: AgentClient, row: Row) -> dict[str, Any] | None:
    """The next one on the way to the conversation that is on the reader's desk."""
    if row["state"] != State.ENDED:
        return None
    until = later_at_desk(row, agent_id=reader.agent_id, service_account_ids=sorted(reader.accounts))
    after = after_in_time_line(row, until=until) if until is not None else None
    return head_object(after) if after else None


def _number(asked: Mapping[str, str], name: str) -> int | None:
    value = asked.get(name, "")
    return int(value) if value.isdecimal() and len(value) <= LONGEST_NUMBER else None


def _time(milliseconds: str) -> datetime | None:
    if not milliseconds.isdecimal() or len(milliseconds) > LONGEST_TIME:
        return None
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
