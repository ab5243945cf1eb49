"""What happens to conversations and in the queue."""

from dataclasses import dataclass
from typing import Any

from core.events.base import BOTH_SIDES, EVERY_SIDE, Audience, ConversationEvent


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(ConversationEvent):
    """The first event of each conversation: a visitor wrote without an open one, or an agent wrote first. Sent in
    replays only."""

    name = "conversation.opened"
    line = "opened"


@dataclass(frozen=True, kw_only=True)
class ConversationQueued(ConversationEvent):
    """It entered the queue: new (`opened`), or returned by the agent `agent_id` (`agent_left`) or because that agent
    signed out (`agent_signed_out`), is away (`agent_absent`), was disabled (`agent_disabled`) or deleted
    (`agent_removed`) or has no desk any more (`agent_no_desk`). Visitors see no line of the first time."""

    name = "conversation.queued"
    audience = EVERY_SIDE
    line = "queued"

    cause: str
    agent_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ConversationAssigned(ConversationEvent):
    """An agent was assigned it, by rule or by accepting it; `why` holds the rule, the candidates, and who was excluded
    why."""

    name = "conversation.assigned"
    audience = BOTH_SIDES
    line = "assigned"

    agent_id: int
    why: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ConversationTransferred(ConversationEvent):
    """An agent handed it to a colleague."""

    name = "conversation.transferred"
    audience = BOTH_SIDES
    line = "transferred"

    from_agent_id: int
    agent_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationEnded(ConversationEvent):
    """It is over: `agent`, `visitor`, `idle`, `expired` or `spam`."""

    name = "conversation.ended"
    audience = BOTH_SIDES
    line = "ended"

    reason: str
    agent_id: int | None


@dataclass(frozen=True, kw_only=True)
class QueuePositionChanged(ConversationEvent):
    """The position of a waiting visitor changed; sent to the first 200, others learn it by their digests."""

    name = "queue.position"
    audience = frozenset({Audience.VISITOR})
    logged = False
    carries = ("position",)


@dataclass(frozen=True, kw_only=True)
class QueueLeft(ConversationEvent):
    """A conversation is not in the queue any more."""

    name = "queue.left"
    audience = frozenset({Audience.QUEUE})
    logged = False
