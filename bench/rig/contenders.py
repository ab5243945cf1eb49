"""The parties of a conversation, described so that the load generator needs to know no server."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Seat:
    """How to open somebody's socket: path, `hello` frame, headers."""

    path: str
    hello: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Pair:
    """A conversation: the visitor's seat, and the index of its agent."""

    conversation: str
    visitor: Seat
    agent: int


@dataclass(frozen=True)
class Contender:
    """A server with its conversations; `stored` reads the client ids in its table, with repetitions."""

    name: str
    agents: tuple[Seat, ...]
    pairs: tuple[Pair, ...]
    stored: Callable[[], list[UUID]]
    # Whether desks send receipts, as kefu's do; the baseline has none.
    receipts: bool
    idle: tuple[Seat, ...] = ()

    def spread(self, count: int) -> tuple[Pair, ...]:
        """`count` conversations, distributed over as many agents as possible."""
        taken: dict[int, int] = {}
        ranked = []
        for pair in self.pairs:
            taken[pair.agent] = taken.get(pair.agent, 0) + 1
            ranked.append((taken[pair.agent], pair.agent, pair))
        return tuple(pair for *_, pair in sorted(ranked, key=lambda entry: entry[:2])[:count])
