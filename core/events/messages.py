"""What happens to messages."""

from dataclasses import dataclass

from core.events.base import BOTH_SIDES, EVERY_SIDE, Audience, ConversationEvent, OwnEvent


@dataclass(frozen=True, kw_only=True)
class MessagePosted(ConversationEvent):
    """A message was stored; sent to the holder, or while it waits to the queue."""

    name = "message.posted"
    audience = EVERY_SIDE
    calls = False  # what has to follow is a row that posting writes itself, or reads the log by its mark
    carries = ("message",)
    for_agents = ("row",)


@dataclass(frozen=True, kw_only=True)
class NotePosted(ConversationEvent):
    """A private note was stored."""

    name = "note.posted"
    audience = frozenset({Audience.HOLDER})
    calls = False
    carries = ("message", "row")


@dataclass(frozen=True, kw_only=True)
class MessageRecalled(ConversationEvent):
    """The author took message number `recalled` back."""

    name = "message.recalled"
    audience = EVERY_SIDE
    carries = ("message",)
    for_agents = ("row",)

    recalled: int


@dataclass(frozen=True, kw_only=True)
class NoteRecalled(ConversationEvent):
    """The author took note number `recalled` back."""

    name = "note.recalled"
    audience = frozenset({Audience.HOLDER, Audience.QUEUE})
    carries = ("message", "row")

    recalled: int


@dataclass(frozen=True, kw_only=True)
class MentionsChanged(OwnEvent):
    """A note names the agent, such a note was recalled, or the agent has seen some; each tab of the agent asks for the
    list again."""

    name = "mentions.changed"
    audience = frozenset({Audience.OWN})
    logged = False


@dataclass(frozen=True, kw_only=True)
class ReceiptMoved(ConversationEvent):
    """One side received or read further; sent to the other side, with its cursors."""

    name = "receipt"
    audience = EVERY_SIDE
    logged = False
    carries = ("delivered", "read")


@dataclass(frozen=True, kw_only=True)
class UnreadChanged(ConversationEvent):
    """The desk read something; sent to the agent's other tabs."""

    name = "unread"
    audience = frozenset({Audience.HOLDER})
    logged = False
    carries = ("unread", "handed_by")


@dataclass(frozen=True, kw_only=True)
class Typing(ConversationEvent):
    """An agent or visitor types, or stopped; sent to the other side, to the holder also with what is written so far."""

    name = "typing"
    audience = BOTH_SIDES
    logged = False
    carries = ("on", "name")
    for_agents = ("text",)
