"""How many conversations agents hold. What a conversation is, a floor above knows: `kefu/wiring.py` connects it."""

from collections.abc import Callable
from typing import Any

LoadOfAgents = Callable[[], Any]
_counts: list[LoadOfAgents] = []


def connect(load_of_agents: LoadOfAgents) -> None:
    """An expression for a query of agents: how many conversations each holds."""
    _counts[:] = [load_of_agents]


def load() -> Any:
    """The expression, made anew for the scope in which it is asked."""
    return _counts[0]()
