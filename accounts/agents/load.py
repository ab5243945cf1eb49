"""The load of agents: how many conversations each holds. Conversations are a higher layer; `kefu/wiring.py` connects
it."""

from collections.abc import Callable
from typing import Any

LoadOfAgents = Callable[[], Any]
_counts: list[LoadOfAgents] = []


def connect(load_of_agents: LoadOfAgents) -> None:
    """Registers the function that makes the expression."""
    _counts[:] = [load_of_agents]


def load() -> Any:
    """An expression for a query of agents: the number of conversations that each holds. Made for the current
    scope."""
    return _counts[0]()
