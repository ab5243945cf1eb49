"""What depends on groups, registered by higher layers."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.actors import Actor


class Release(Protocol):
    """Removes a group from all that it serves, in the transaction of the group's deletion."""

    def __call__(self, *, actor: Actor, group_id: int) -> None: ...


@dataclass(frozen=True)
class GroupUse:
    """A use of groups by a higher layer: names of what a group serves, names of what only it serves, and the action
    that removes it there; `used` are ids of all groups that serve something."""

    used: Callable[[], Collection[int]]
    names: Callable[[int], Sequence[str]]
    sole_users: Callable[[int], Sequence[str]]
    release: Release


_uses: list[GroupUse] = []


def connect(*serves: GroupUse) -> None:
    """Registers the uses; called by `kefu/wiring.py`."""
    _uses[:] = serves


def needed_by(group_id: int) -> list[str]:
    """Names of what no other group serves."""
    return [name for each in _uses for name in each.sole_users(group_id)]


def served_by(group_id: int) -> list[str]:
    """Names of what the group serves, alone or with others."""
    return [name for each in _uses for name in each.names(group_id)]


def release(*, actor: Actor, group_id: int) -> None:
    """Removes the group from all that it serves."""
    for each in _uses:
        each.release(actor=actor, group_id=group_id)


def used() -> set[int]:
    """Ids of the groups that serve something."""
    return {group_id for each in _uses for group_id in each.used()}
