"""The order of what runs after a commit."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Last:
    """A commit hook that waits for all others of its transaction (`DatabaseWrapper.run_and_clear_commit_hooks`)."""

    call: Callable[[], None]

    def __call__(self) -> None:
        self.call()
