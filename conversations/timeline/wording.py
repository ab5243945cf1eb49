"""Sentences of timeline entries. Pure.

An event names its `line`; where a line has several sentences, `AGENTS_READ` and `VISITORS_READ` choose. Console pages
render them in the reader's language; a frame, which is encoded once for all languages, carries key and values, and a
script fills its language's sentence.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from core.events.catalogue import lines_by_event

Row = Mapping[str, Any]


class Sentence(NamedTuple):
    """A key of `SENTENCES` or `FOR_VISITORS`, and the values of its placeholders."""

    key: str
    names: dict[str, Any]


# Placeholders: `by` (the actor), `agent` and `from` (the agents of `agent_id` and `from_agent_id`), and the event's
# other fields by name.
SENTENCES: dict[str, Any] = {
    "opened": _("The conversation was opened"),
    "requeued": _("Back in the queue"),
    "requeued_by": _("%(by)s gave the conversation back to the queue"),
    "requeued_absent": _("%(agent)s is not there. Back in the queue"),
    "requeued_signed_out": _("%(agent)s signed out. Back in the queue"),
    "requeued_disabled": _("%(agent)s's account was disabled. Back in the queue"),
    "requeued_removed": _("%(agent)s's account was deleted. Back in the queue"),
    "requeued_no_desk": _("%(agent)s does not work at the desk any more. Back in the queue"),
    "assigned": _("Assigned to %(agent)s"),
    "accepted": _("%(agent)s accepted the conversation"),
    "began": _("%(agent)s began the conversation"),
    "transferred": _("%(from)s transferred the conversation to %(agent)s"),
    "taken_over": _("%(agent)s took the conversation over from %(from)s"),
    "moved": _("%(by)s transferred the conversation from %(from)s to %(agent)s"),
    "moved_by_nobody": _("The conversation went from %(from)s to %(agent)s"),
    "ended_by_name": _("%(by)s ended the conversation"),
    "ended_agent": _("Ended by the agent"),
    "ended_visitor": _("Ended by the visitor"),
    "ended_idle": _("Ended after a long silence"),
    "ended_expired": _("Ended after waiting too long"),
    "ended_spam": _("Removed from the queue as a nuisance"),
    "ended_plain": _("The conversation has ended"),
}

# For visitors; the chat has them as texts too. Agents are named as the service account shows them.
FOR_VISITORS: dict[str, Any] = {
    "joined": _("%(agent)s joined the conversation"),
    "transferred": _("%(agent)s takes over the conversation"),
    "back_in_queue": _("You are waiting for the next free agent"),
    "ended": _("The conversation has ended. Write again to start a new one."),
}

# Causes of `conversation.queued` after the first.
GAVE_BACK, SIGNED_OUT, ABSENT = "agent_left", "agent_signed_out", "agent_absent"
DISABLED, REMOVED, NO_DESK = "agent_disabled", "agent_removed", "agent_no_desk"
OF_THE_HOLDER = {
    SIGNED_OUT: "requeued_signed_out",
    ABSENT: "requeued_absent",
    DISABLED: "requeued_disabled",
    REMOVED: "requeued_removed",
    NO_DESK: "requeued_no_desk",
}
BY_HAND = frozenset({"accepted", "began"})  # rules of `conversation.assigned` beside those of dispatch
ENDS = frozenset({"agent", "visitor", "idle", "expired", "spam"})


def sentence_of(event: Row) -> Sentence | None:
    """The sentence for agents of a row of `queries.EVENTS`; None for an event without one."""
    by, agent = event["actor_name"] or "", event["agent_name"] or ""
    return _sentence(event, SENTENCES, AGENTS_READ, {"by": by, "agent": agent, "from": event["from_name"] or by})


def visitor_sentence_of(event: Row, face: str | None) -> Sentence | None:
    """The sentence for visitors; `face` replaces agents' names where these are not shown."""
    by, agent = (face or name if (name := event[column]) else "" for column in ("actor_name", "agent_name"))
    return _sentence(event, FOR_VISITORS, VISITORS_READ, {"by": by, "agent": agent})


def _sentence(
    event: Row, sentences: Mapping[str, Any], choices: Mapping[str, Callable[[Row], str]], names: Mapping[str, str]
) -> Sentence | None:
    line = lines_by_event().get(event["name"], "")
    key = choices[line](event) if line in choices else line
    if key not in sentences:
        return None
    values = {**event["data"], **names}
    return Sentence(key, {name: values[name] for name in _names_in(str(sentences[key]))})


@cache
def _names_in(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"%\((\w+)\)s", text))


def _queued(event: Row) -> str:
    cause = event["data"].get("cause", "")
    if cause == "opened":
        return ""
    if cause in OF_THE_HOLDER and event["agent_name"]:
        return OF_THE_HOLDER[cause]
    return "requeued_by" if event["actor_name"] else "requeued"


def _assigned(event: Row) -> str:
    rule = event["data"].get("why", {}).get("rule")
    return rule if rule in BY_HAND else "assigned"


def _transferred(event: Row) -> str:
    if event["actor_id"] == event["data"]["agent_id"]:
        return "taken_over"
    if event["actor_id"] == event["data"]["from_agent_id"]:
        return "transferred"
    return "moved" if event["actor_name"] else "moved_by_nobody"


def _ended(event: Row) -> str:
    return _end(event["data"].get("reason", ""), event["actor_name"])


def _end(reason: str, by: str | None) -> str:
    if reason == "agent" and by:
        return "ended_by_name"
    return f"ended_{reason}" if reason in ENDS else "ended_plain"


def _back_in_queue(event: Row) -> str:
    return "" if event["data"].get("cause") == "opened" else "back_in_queue"


# Line → function that chooses its sentence; other lines have one, by their own name.
AGENTS_READ: dict[str, Callable[[Row], str]] = {
    "queued": _queued,
    "assigned": _assigned,
    "transferred": _transferred,
    "ended": _ended,
}
VISITORS_READ: dict[str, Callable[[Row], str]] = {"queued": _back_in_queue, "assigned": lambda _event: "joined"}


def end_of(row: Row) -> Sentence | None:
    """Why a conversation ended, as far as its row tells; None while it is open. A row has the holder, not who ended
    it."""
    if row["state"] != "ended":
        return None
    key = _end(row["end_reason"], row["agent_name"])
    return Sentence(key, {"by": row["agent_name"]} if key == "ended_by_name" else {})


def text_of(sentence: Sentence | None) -> str:
    """The sentence in the reader's language; "" for None."""
    return str(SENTENCES[sentence.key]) % sentence.names if sentence else ""
