"""A conversation folded from its events, for counting. Pure (its measures: `stats/engine/measures.py`)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

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
    """Number of messages and their authors; `received` counts customer messages by the agent whose part they belong
    to."""

    customer_messages: int = 0
    received: Counter[int] = field(default_factory=Counter)
    wrote: set[int] = field(default_factory=set)


class Columns(NamedTuple):
    """The columns of a conversation that facts use."""

    pk: int
    tenant_id: int
    customer_id: int
    channel_id: int
    service_account_id: int
    opened_at: datetime
    asked_at: datetime | None
    first_response_at: datetime | None
    first_response_by_id: int | None
    end_reason: str


class Part(NamedTuple):
    """An agent's part: agent, group, `since` when an answer was due (assignment, or the first question if later), and
    when the agent answered."""

    agent: int
    group: int | None
    since: datetime
    answered: datetime | None

    @property
    def response_ms(self) -> int | None:
        """From `since` to `answered`, in milliseconds; None without an answer."""
        return whole_milliseconds(self.answered - self.since) if self.answered else None


@dataclass(frozen=True, slots=True)
class Story:
    """All that facts are computed from: the conversation's row, its messages, and the parts of its agents."""

    row: Columns
    talk: Talk
    parts: Sequence[Part]

    @property
    def response_ms(self) -> int | None:
        """From the customer's first message to the first answer, in milliseconds; None without one."""
        if self.row.first_response_at is None or self.row.asked_at is None:
            return None
        return whole_milliseconds(self.row.first_response_at - self.row.asked_at)


def fold(steps: Iterable[Step]) -> Talk:
    """Folds a conversation's steps, in order.

    A customer message belongs to the agent who holds the conversation, while nobody does to the next one, and to none
    where no agent ever takes it.
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
    """A row of the event log as a step."""
    agent_id = data.get("agent_id")
    return Step(name, actor_kind, actor_id, agent_id if isinstance(agent_id, int) else None)


def whole_milliseconds(duration: timedelta) -> int:
    """The duration in milliseconds, rounded down."""
    return duration // timedelta(milliseconds=1)
