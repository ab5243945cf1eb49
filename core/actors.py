"""Who does something: the first argument of every action."""

from dataclasses import dataclass, field
from typing import Literal

from core.errors import Forbidden

ActorKind = Literal["agent", "customer", "system", "nobody"]


@dataclass(frozen=True)
class Actor:
    """An agent, a customer, kefu itself, or somebody unknown; `id` is the row in their own table, `name` what others
    may see."""

    kind: ActorKind
    id: int | None = None
    name: str = ""
    permissions: frozenset[str] = field(default_factory=frozenset)

    @property
    def row_id(self) -> int:
        """The row of an agent or customer; kefu itself has none."""
        if self.id is None:
            raise Forbidden
        return self.id

    def may(self, permission: str) -> bool:
        """kefu itself may everything; an agent what the role allows; a customer nothing of this kind."""
        return self.kind == "system" or permission in self.permissions

    def need(self, permission: str) -> None:
        """Raise `Forbidden` unless `may`."""
        if not self.may(permission):
            raise Forbidden


SYSTEM = Actor("system")
COMMAND_LINE = Actor("system", name="command line")  # who runs the installation, at a terminal
NOBODY = Actor("nobody")  # who knocks, and did not get in
