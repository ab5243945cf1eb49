"""What one conversation contributes to the numbers, folded from its events. Pure (definitions: `registry.py`)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from core.events.conversations import (
    ConversationAssigned,
    ConversationEnded,
    ConversationQueued,
    ConversationTransferred,
)
from core.events.messages import MessagePosted

GIVEN = (ConversationAssigned.name, ConversationTransferred.name)
LEFT = (ConversationQueued.name, ConversationEnded.name)
NAMES = (MessagePosted.name, *GIVEN, *LEFT)  # the events that the fold asks for


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a conversation: its name, who did it, and the agent it names."""

    name: str
    actor_kind: str
    actor_id: int | None
    agent_id: int | None


@dataclass(slots=True)
class Talk:
    """Who wrote how much to whom. `received`: customer messages by the agent whose part they belong to."""

    customer_messages: int = 0
    received: Counter[int] = field(default_factory=Counter)
    wrote: set[int] = field(default_factory=set)


def fold(steps: Iterable[Step]) -> Talk:
    """Read a conversation's steps in their order.

    What a customer writes belongs to the agent who holds the conversation; while nobody does, it waits for the next
    one. What nobody ever took belongs to no agent.
    """
    talk, holder, waiting = Talk(), None, 0
    for step in steps:
        if step.name in GIVEN:
            holder = step.agent_id
        elif step.name in LEFT:
            holder = None
        elif step.actor_kind == "customer":
            talk.customer_messages += 1
            waiting += 1
        elif step.actor_kind == "agent" and step.actor_id is not None:
            talk.wrote.add(step.actor_id)
        if holder is not None and waiting:
            talk.received[holder] += waiting
            waiting = 0
    return talk


def step_of(name: str, actor_kind: str, actor_id: int | None, data: Mapping[str, object]) -> Step:
    """A row of the log as the fold reads it."""
    agent_id = data.get("agent_id")
    return Step(name, actor_kind, actor_id, agent_id if isinstance(agent_id, int) else None)


def whole_milliseconds(duration: timedelta) -> int:
    """A duration, rounded down."""
    return duration // timedelta(milliseconds=1)
