"""What becomes of agents when something happened elsewhere. Called after commit, by `kefu/wiring.py`."""

from accounts.agents.actions import follow_role
from core.events.roles import RoleChanged


def role_changed(event: RoleChanged) -> None:
    """Signs out who has a role that may do less now; who has no desk any more leaves as if given another role.

    Doors ask the role itself, so nothing is open until then.
    """
    if event.lost:
        follow_role(actor=event.actor, role_id=event.role_id, lost=event.lost)
