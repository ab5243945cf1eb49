"""A thread as text: days, messages and events, in order. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import Status
from conversations.states import RULE_LABELS
from conversations.timeline.wire import message_object
from conversations.timeline.wording import sentence_of, text_of
from core.days import day_of

Row = Mapping[str, Any]
MAX_NAMES = 8  # of the agents who were considered for an assignment


@dataclass(frozen=True)
class Entry:
    """An entry of the thread: `day` has a date, `message` a message's row, `line` a sentence."""

    kind: Literal["day", "message", "line"]
    at: datetime
    day: date
    text: str = ""
    details: tuple[str, ...] = ()
    message: Row | None = None


def entries(
    messages: Iterable[Row], lines: Iterable[Row], *, zone: ZoneInfo, names: Mapping[int, str], originals: bool
) -> list[Entry]:
    """The entries of a page of the thread; with `originals` recalled messages have their text."""
    placed = [((row["n"], 0, 0), _message_entry(row, zone, originals=originals)) for row in messages]
    placed += [
        ((line["data"]["n"], 1, line["seq"]), _event_entry(line, zone, names)) for line in lines if line_text(line)
    ]
    ordered = [entry for _place, entry in sorted(placed, key=lambda pair: pair[0])]
    return list(_with_days(ordered))


def _with_days(ordered: Sequence[Entry]) -> Iterable[Entry]:
    before = None
    for entry in ordered:
        if entry.day != before:
            yield Entry("day", entry.at, entry.day)
        before = entry.day
        yield entry


def _message_entry(row: Row, zone: ZoneInfo, *, originals: bool) -> Entry:
    shown = message_object(row, "agent") | {"cells": cells(row["kind"])}
    if shown["recalled"] and originals:
        shown |= {"original": row["text"] or row["file_name"] or ""}
    return Entry("message", row["created_at"], day_of(row["created_at"], zone), message=shown)


def cells(kind: str) -> tuple[str, str]:
    """The templates for messages of a kind: its own, and the one for unknown kinds."""
    return (f"conversations/messages/kinds/{kind}.html", "conversations/messages/kinds/unknown.html")


def _event_entry(line: Row, zone: ZoneInfo, names: Mapping[int, str]) -> Entry:
    details = tuple(why_texts(line["data"].get("why", {}), names))
    return Entry("line", line["at"], day_of(line["at"], zone), text=line_text(line), details=details)


def line_text(line: Row) -> str:
    """An event as a sentence, as the desk words it; "" for an event without one."""
    return text_of(sentence_of(line))


def why_texts(why: Row, names: Mapping[int, str]) -> Iterable[str]:
    """Sentences about an assignment: the rule, the candidates, and why others were excluded."""
    rule = why.get("rule", "")
    if rule in RULE_LABELS:
        yield _("Rule: %(rule)s") % {"rule": RULE_LABELS[rule]}
    if candidates := why.get("candidates", []):
        yield _("In question: %(names)s") % {"names": _list_of([names.get(each, "–") for each in candidates])}
    if excluded := why.get("excluded", {}):
        reasons = [_with_note(names.get(int(each), "–"), exclusion_text(reason)) for each, reason in excluded.items()]
        yield _("Not considered: %(names)s") % {"names": _list_of(reasons)}


def _with_note(name: str, note: str) -> str:
    return _("%(name)s (%(note)s)") % {"name": name, "note": note}


def exclusion_text(reason: str) -> str:
    """Why an agent was excluded."""
    if reason in Status.values:
        return str(Status(reason).label)
    return {"full": _("full"), "role": _("role"), "hours": _("out of hours")}.get(reason, reason)


def _list_of(names: Sequence[str]) -> str:
    shown = _(", ").join(names[:MAX_NAMES])
    return _with_note(f"{shown} …", str(len(names))) if len(names) > MAX_NAMES else shown


def agents_named(lines: Iterable[Row]) -> Collection[int]:
    """Ids of agents whose names these events need."""
    whys = [line["data"].get("why", {}) for line in lines]
    return {int(each) for why in whys for each in [*why.get("candidates", []), *why.get("excluded", {})]}
