"""Who takes part in a conversation, said so that the load needs to know nothing else about a server."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Seat:
    """How somebody opens a socket."""

    path: str
    hello: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Pair:
    """A conversation: the visitor's seat, and which agent of the contender answers it."""

    conversation: str
    visitor: Seat
    agent: int


@dataclass(frozen=True)
class Contender:
    """A server with its conversations; `stored` reads the client ids from its table, as often as they are there."""

    name: str
    agents: tuple[Seat, ...]
    pairs: tuple[Pair, ...]
    stored: Callable[[], list[UUID]]
    # Desks tell how far they have received, as kefu's own page does; the baseline knows no receipts.
    receipts: bool
    idle: tuple[Seat, ...] = ()

    def spread(self, count: int) -> tuple[Pair, ...]:
        """That many conversations, over as many agents as possible."""
        taken: dict[int, int] = {}
        ranked = []
        for pair in self.pairs:
            taken[pair.agent] = taken.get(pair.agent, 0) + 1
            ranked.append((taken[pair.agent], pair.agent, pair))
        return tuple(pair for *_, pair in sorted(ranked, key=lambda entry: entry[:2])[:count])
