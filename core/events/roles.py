"""What happens to roles."""

from dataclasses import dataclass

from core.events.base import Event


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Event):
    """A role may do more, or less, than before: a version of kefu gives a built-in one other permissions. Who has it is
    told nothing, and signed out where it may do less.
    """

    name = "role.changed"

    role_id: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]
