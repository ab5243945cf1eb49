"""What happens to agents."""

from dataclasses import dataclass

from core.events.base import Audience, Event


@dataclass(frozen=True, kw_only=True)
class AgentStatusChanged(Event):
    name = "agent.status"
    audience = frozenset({Audience.DESK})

    agent_id: int
    status: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AgentCapacityChanged(Event):
    """The agent's cap was raised or lowered."""

    name = "agent.capacity"
    audience = frozenset({Audience.DESK})

    agent_id: int
    cap: int


@dataclass(frozen=True, kw_only=True)
class AgentChanged(Event):
    """Somebody is new, enabled again, or has another name, role or groups; told where they work at a desk."""

    name = "agent.changed"
    audience = frozenset({Audience.DESK})

    agent_id: int


@dataclass(frozen=True, kw_only=True)
class AgentLeft(Event):
    """The agent was disabled or deleted, or has no desk any more, and is offline and signed out.

    The heir shall get what they hold.
    """

    name = "agent.left"

    agent_id: int
    heir_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class AgentLoadChanged(Event):
    """The agent holds more or fewer conversations than before."""

    name = "agent.load"
    audience = frozenset({Audience.DESK})
    logged = False

    agent_id: int


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    name = "agent.signed_in"

    agent_id: int
    address: str


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """One browser of the agent by its own hand, or several: by a new password, or a role that may do less.

    `give_back`: what the agent holds returns to the queue.
    """

    name = "agent.signed_out"

    agent_id: int
    give_back: bool = False
