"""What happens to roles."""

from dataclasses import dataclass

from core.events.base import Event


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Event):
    """The permissions of a role changed: a version of kefu gives a built-in one others. Its agents get no frame; they
    are signed out where it lost permissions."""

    name = "role.changed"

    role_id: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]
