"""Listeners of agents, called after commit (`kefu/wiring.py`)."""

from accounts.agents.actions import follow_role
from core.events.roles import RoleChanged


def role_changed(event: RoleChanged) -> None:
    """Ends the sessions of agents whose role lost permissions; agents without a desk now leave as if given another
    role.

    Routes check the role itself, so nothing is open until then.
    """
    if event.lost:
        follow_role(actor=event.actor, role_id=event.role_id, lost=event.lost)
