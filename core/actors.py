"""The actor of an action: its first argument."""

from dataclasses import dataclass, field
from typing import Literal

from core.errors import Forbidden

ActorKind = Literal["agent", "customer", "system", "nobody"]


@dataclass(frozen=True)
class Actor:
    """An agent, a customer, kefu itself, or an unknown caller ("nobody"). `id` is the primary key in the agents' or
    customers' table; `name` may be shown to others."""

    kind: ActorKind
    id: int | None = None
    name: str = ""
    permissions: frozenset[str] = field(default_factory=frozenset)

    @property
    def row_id(self) -> int:
        """The primary key; raises `Forbidden` for an actor without a row (kefu itself, nobody)."""
        if self.id is None:
            raise Forbidden
        return self.id

    def may(self, permission: str) -> bool:
        """Whether the actor has the permission: kefu itself always, an agent by role, a customer never."""
        return self.kind == "system" or permission in self.permissions

    def require(self, permission: str) -> None:
        """Raises `Forbidden` unless `may(permission)`."""
        if not self.may(permission):
            raise Forbidden


SYSTEM = Actor("system")
COMMAND_LINE = Actor("system", name="command line")  # the operator, at a terminal
NOBODY = Actor("nobody")  # an attempt to sign in that failed
