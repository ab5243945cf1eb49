"""Registered by higher layers: what depends on a group."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.actors import Actor


class Release(Protocol):
    """Takes a group from everything that it serves, in the transaction of the group's deletion."""

    def __call__(self, *, actor: Actor, group_id: int) -> None: ...


@dataclass(frozen=True)
class GroupUse:
    """What a floor above has groups for, by a group's id: the names of all that it serves, of what nobody else would
    serve, and the act that takes the group from there; `used` are all groups that serve something."""

    used: Callable[[], Collection[int]]
    names: Callable[[int], Sequence[str]]
    sole_users: Callable[[int], Sequence[str]]
    release: Release


_uses: list[GroupUse] = []


def connect(*serves: GroupUse) -> None:
    """Who knows what a group is needed for: the floors above, connected by `kefu/wiring.py`."""
    _uses[:] = serves


def needed_by(group_id: int) -> list[str]:
    """The names of what could not be served without the group."""
    return [name for each in _uses for name in each.sole_users(group_id)]


def served_by(group_id: int) -> list[str]:
    """The names of what the group serves, alone or with others."""
    return [name for each in _uses for name in each.names(group_id)]


def release(*, actor: Actor, group_id: int) -> None:
    """Take the group from everything that it serves."""
    for each in _uses:
        each.release(actor=actor, group_id=group_id)


def used() -> set[int]:
    """The groups that serve something: others reach nobody."""
    return {group_id for each in _uses for group_id in each.used()}
