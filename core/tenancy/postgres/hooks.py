"""The order of commit hooks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RunLast:
    """A commit hook that runs after all others of its transaction (`DatabaseWrapper.run_and_clear_commit_hooks`)."""

    call: Callable[[], None]

    def __call__(self) -> None:
        self.call()


@dataclass(frozen=True)
class Together:
    """A commit hook whose items go out in one call with those of the same `send` and `key` in its transaction."""

    send: Callable[[int, list[Any]], None]
    key: int
    items: Sequence[Any]

    def __call__(self) -> None:
        self.send(self.key, list(self.items))


def in_order(hooks: Iterable[Any]) -> list[Any]:
    """Django's entries (savepoints, hook, …), sorted: `Together` merged at the place of the first part, `RunLast` at
    the end."""
    kept: list[Any] = []
    gathered: dict[tuple[Any, int], list[Any]] = {}
    for savepoints, call, *more in hooks:
        if not isinstance(call, Together):
            kept.append((savepoints, call, *more))
        elif (found := gathered.get((call.send, call.key))) is not None:
            found.extend(call.items)
        else:
            items = gathered[call.send, call.key] = list(call.items)
            kept.append((savepoints, Together(call.send, call.key, items), *more))
    return sorted(kept, key=lambda hook: isinstance(hook[1], RunLast))
