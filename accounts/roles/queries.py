"""Roles, in their order, and who may give which."""


from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When

from accounts.agents.load import load
from accounts.models import Agent, Group, Membership, Role, Status, Tenant
from accounts.permissions import BUILT_IN_ROLES, Permission, exceeds
from accounts.settings.places import agent_place, tenant_place
from core.actors import Actor
from core.errors import NotFound
from core.settings.levels import Place
from core.settings.resolve import resolve
from core.settings.stored import what_is_said
from core.settings.known import MAX_CONCURRENT
from core.console.ordering import Spoken, in_turn, spoken
from core.tenancy.scope import current_tenant_id
from core.tenancy.models import PUBLIC_ID_LENGTH

from accounts.agents.queries import agent


ROLE_ORDER = (in_turn("role__code", list(BUILT_IN_ROLES)), Spoken("role__name"))  # by rank, as in the choice of roles
OWNER = "owner"


def roles() -> list[Role]:
    """The roles, built-in ones first in their own order."""
    known = list(BUILT_IN_ROLES)
    return sorted(
        Role.objects.all(),
        key=lambda role: (known.index(role.code) if role.code in known else len(known), spoken(role.name)),
    )


def roles_to_give(actor: Actor) -> list[Role]:
    """The roles that may not do more than the actor."""
    return [role for role in roles() if actor.kind == "system" or not exceeds(role.permissions, actor.permissions)]


def is_above(agent: Agent, actor: Actor) -> bool:
    """Whether the agent's role may do what the actor's may not: then the agent is not the actor's to edit."""
    return actor.kind != "system" and exceeds(agent.role.permissions, actor.permissions)
