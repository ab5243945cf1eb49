"""What happens to agents."""

from dataclasses import dataclass

from core.events.base import Audience, Event


@dataclass(frozen=True, kw_only=True)
class AgentStatusChanged(Event):
    """An agent is online, busy, away or offline now."""

    name = "agent.status"
    audience = frozenset({Audience.DESK})
    carries = ("agent",)

    agent_id: int
    status: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AgentCapacityChanged(Event):
    """An agent's cap was raised or lowered."""

    name = "agent.capacity"
    audience = frozenset({Audience.DESK})
    carries = ("agent",)

    agent_id: int
    cap: int


@dataclass(frozen=True, kw_only=True)
class AgentChanged(Event):
    """An agent is new, was enabled, or has another name, role or groups; sent to the desks if the agent has
    one.
    """

    name = "agent.changed"
    audience = frozenset({Audience.DESK})
    carries = ("agent",)

    agent_id: int


@dataclass(frozen=True, kw_only=True)
class AgentLeft(Event):
    """An agent was disabled or deleted, or has no desk any more, and is offline and signed out; `heir_id` is the
    colleague to whom their conversations are handed, none for the queue.
    """

    name = "agent.left"

    agent_id: int
    heir_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class AgentLoadChanged(Event):
    """The numbers of conversations that agents hold changed, or several caps at once."""

    name = "agent.load"
    audience = frozenset({Audience.DESK})
    logged = False
    carries = ("agents",)

    agent_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    """An agent signed in with the right password."""

    name = "agent.signed_in"

    agent_id: int
    address: str


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """A browser of the agent was signed out, or all of them: by a new password, or by a role with fewer permissions.
    The agent is offline and absent at once; `give_back` returns their conversations to the queue."""

    name = "agent.signed_out"

    agent_id: int
    give_back: bool = False
