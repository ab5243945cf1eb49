"""What happened between the messages, in words: which sentence, and who stands in it. Pure.

The sentences stand here alone. Pages of the console read them in the reader's language; a frame, which is encoded once
for readers of all languages, carries the key and the names, and the desk fills its own language's sentence.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

Row = Mapping[str, Any]


class Sentence(NamedTuple):
    """A key of `SENTENCES`, and what it is filled with."""

    key: str
    names: dict[str, str]


SENTENCES: dict[str, Any] = {
    "opened": _("The conversation was opened"),
    "requeued": _("Back in the queue"),
    "requeued_by": _("%(name)s gave the conversation back to the queue"),
    "requeued_absent": _("%(name)s is not there. Back in the queue"),
    "requeued_signed_out": _("%(name)s signed out. Back in the queue"),
    "requeued_disabled": _("%(name)s's account was disabled. Back in the queue"),
    "requeued_removed": _("%(name)s's account was deleted. Back in the queue"),
    "requeued_no_desk": _("%(name)s does not work at the desk any more. Back in the queue"),
    "assigned": _("Assigned to %(name)s"),
    "accepted": _("%(name)s accepted the conversation"),
    "transferred": _("%(from)s transferred the conversation to %(to)s"),
    "taken_over": _("%(to)s took the conversation over from %(from)s"),
    "moved": _("%(name)s transferred the conversation from %(from)s to %(to)s"),
    "moved_by_nobody": _("The conversation went from %(from)s to %(to)s"),
    "ended_by_name": _("%(name)s ended the conversation"),
    "ended_agent": _("Ended by the agent"),
    "ended_visitor": _("Ended by the visitor"),
    "ended_idle": _("Ended after a long silence"),
    "ended_expired": _("Ended after waiting too long"),
    "ended_plain": _("The conversation has ended"),
}

# What visitors read: keys of the chat's own texts (widget/chat/texts.py). NAMING: filled with the agent's name.
FOR_VISITORS = {
    "conversation.queued": "back_in_queue",
    "conversation.assigned": "joined",
    "conversation.transferred": "transferred",
    "conversation.ended": "ended",
}
NAMING = frozenset({"joined", "transferred"})

# Why a conversation came back to the queue, as `conversation.queued` says it.
GAVE_BACK, SIGNED_OUT, ABSENT = "agent_left", "agent_signed_out", "agent_absent"
DISABLED, REMOVED, NO_DESK = "agent_disabled", "agent_removed", "agent_no_desk"
OF_THE_HOLDER = {
    SIGNED_OUT: "requeued_signed_out",
    ABSENT: "requeued_absent",
    DISABLED: "requeued_disabled",
    REMOVED: "requeued_removed",
    NO_DESK: "requeued_no_desk",
}
ENDS = frozenset({"agent", "visitor", "idle", "expired"})


def visitor_key(event: Row) -> str | None:
    """The text of the chat for a row of `queries.EVENTS`; None for what the visitor brought about, and for messages."""
    opened = event["name"] == "conversation.queued" and event["data"].get("cause") == "opened"
    return None if opened else FOR_VISITORS.get(event["name"])


def sentence_of(event: Row) -> Sentence | None:
    """The sentence of a row of `queries.EVENTS`; None for what needs no words."""
    data, by, agent = event["data"], event["actor_name"] or "", event["agent_name"] or ""
    match event["name"]:
        case "conversation.opened":
            return Sentence("opened", {})
        case "conversation.queued":
            return _queued(data.get("cause", ""), by, agent)
        case "conversation.assigned":
            accepted = data.get("why", {}).get("rule") == "accepted"
            return Sentence("accepted" if accepted else "assigned", {"name": agent})
        case "conversation.transferred":
            return _transferred(event, by, event["from_name"] or by, agent)
        case "conversation.ended":
            return ended(data.get("reason", ""), by)
    return None


def _queued(cause: str, by: str, holder: str) -> Sentence | None:
    if cause == "opened":
        return None
    if cause in OF_THE_HOLDER and holder:
        return Sentence(OF_THE_HOLDER[cause], {"name": holder})
    return Sentence("requeued_by", {"name": by}) if by else Sentence("requeued", {})


def _transferred(event: Row, by: str, before: str, after: str) -> Sentence:
    names = {"from": before, "to": after}
    if event["actor_id"] == event["data"]["agent_id"]:
        return Sentence("taken_over", names)
    if event["actor_id"] == event["data"]["from_agent_id"]:
        return Sentence("transferred", names)
    return Sentence("moved", names | {"name": by}) if by else Sentence("moved_by_nobody", names)


def ended(reason: str, by: str) -> Sentence:
    """Why it ended, and who ended it."""
    if reason == "agent" and by:
        return Sentence("ended_by_name", {"name": by})
    return Sentence(f"ended_{reason}" if reason in ENDS else "ended_plain", {})


def text_of(sentence: Sentence | None) -> str:
    """The sentence in the reader's language; "" where there is none."""
    return str(SENTENCES[sentence.key]) % sentence.names if sentence else ""
