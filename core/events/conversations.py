"""What happens to conversations and in the queue."""

from dataclasses import dataclass
from typing import Any

from core.events.base import BOTH_SIDES, EVERYONE_CONCERNED, Audience, ConversationEvent


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(ConversationEvent):
    """The first event of each; nobody listens yet, the frames of the same transaction tell."""

    name = "conversation.opened"


@dataclass(frozen=True, kw_only=True)
class ConversationQueued(ConversationEvent):
    """Waits for an agent: new, or given back (`cause`) by or from the agent who held it."""

    name = "conversation.queued"
    audience = EVERYONE_CONCERNED

    cause: str
    agent_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ConversationAssigned(ConversationEvent):
    """`why` says how: by rule with candidates and who was excluded for what, or accepted by hand."""

    name = "conversation.assigned"
    audience = BOTH_SIDES

    agent_id: int
    why: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ConversationTransferred(ConversationEvent):
    name = "conversation.transferred"
    audience = BOTH_SIDES

    from_agent_id: int
    agent_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationEnded(ConversationEvent):
    name = "conversation.ended"
    audience = BOTH_SIDES

    reason: str
    agent_id: int | None


@dataclass(frozen=True, kw_only=True)
class QueuePositionChanged(ConversationEvent):
    name = "queue.position"
    audience = frozenset({Audience.VISITOR})
    logged = False


@dataclass(frozen=True, kw_only=True)
class QueueLeft(ConversationEvent):
    name = "queue.left"
    audience = frozenset({Audience.QUEUE})
    logged = False
