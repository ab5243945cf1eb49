"""What happens to messages."""

from dataclasses import dataclass

from core.events.base import BOTH_SIDES, EVERYONE_CONCERNED, Audience, ConversationEvent


@dataclass(frozen=True, kw_only=True)
class MessagePosted(ConversationEvent):
    """What has to follow is a row that posting writes itself, or reads the log by its mark."""

    name = "message.posted"
    audience = EVERYONE_CONCERNED
    calls = False


@dataclass(frozen=True, kw_only=True)
class NotePosted(ConversationEvent):
    name = "note.posted"
    audience = frozenset({Audience.HOLDER})
    calls = False


@dataclass(frozen=True, kw_only=True)
class MessageRecalled(ConversationEvent):
    name = "message.recalled"
    audience = EVERYONE_CONCERNED

    recalled: int


@dataclass(frozen=True, kw_only=True)
class NoteRecalled(ConversationEvent):
    name = "note.recalled"
    audience = frozenset({Audience.HOLDER, Audience.QUEUE})

    recalled: int


@dataclass(frozen=True, kw_only=True)
class ReceiptMoved(ConversationEvent):
    name = "receipt"
    audience = EVERYONE_CONCERNED
    logged = False


@dataclass(frozen=True, kw_only=True)
class UnreadChanged(ConversationEvent):
    name = "unread"
    audience = frozenset({Audience.HOLDER})
    logged = False


@dataclass(frozen=True, kw_only=True)
class Typing(ConversationEvent):
    name = "typing"
    audience = BOTH_SIDES
    logged = False
