"""Roles, in their order, and who may give which."""

from typing import Any

from accounts.models import Role
from accounts.permissions import BUILT_IN_ROLES, exceeds
from core.actors import Actor
from core.console.ordering import AlphabeticalOrder, alphabetical_key, in_listed_order
from core.statements import columns_of, look_up_objects
from core.tenancy.scope import current_tenant_id

ROLE_ORDER = (
    in_listed_order("role__code", list(BUILT_IN_ROLES)),
    AlphabeticalOrder("role__name"),
)  # by rank, as in the choice of roles
OWNER = "owner"
ROLES = f"""select {columns_of(Role, "r")} from accounts_role r where r.tenant_id = %(tenant)s"""  # noqa: S608 – columns


def roles() -> list[Role]:
    """The roles, built-in ones first in their own order."""
    known = list(BUILT_IN_ROLES)
    return sorted(
        (role for (role,) in look_up_objects(ROLES, Role, tenant=current_tenant_id())),
        key=lambda role: (known.index(role.code) if role.code in known else len(known), alphabetical_key(role.name)),
    )


def roles_to_give(actor: Actor) -> list[Role]:
    """The roles that may not do more than the actor."""
    return [role for role in roles() if actor.kind == "system" or not exceeds(role.permissions, actor.permissions)]


def is_above(agent: Any, actor: Actor) -> bool:
    """Whether the agent's role may do what the actor's may not: then the agent is not the actor's to edit."""
    return actor.kind != "system" and exceeds(agent.role.permissions, actor.permissions)
