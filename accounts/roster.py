"""Reads for the pages of the team: agents, groups, roles."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When

from accounts.load import load
from accounts.models import Agent, Group, Membership, Role, Status, Tenant
from accounts.permissions import BUILT_IN_ROLES, Permission, exceeds
from accounts.preferences import agent_place, tenant_place
from core.actors import Actor
from core.errors import NotFound
from core.inheritance import Place, resolve, what_is_said
from core.known_settings import MAX_CONCURRENT
from core.ordering import Spoken, in_turn, spoken
from core.scope import current_tenant_id
from core.tenancy import PUBLIC_ID_LENGTH

STATUS_ORDER = Case(
    *(When(status=status, then=Value(place)) for place, status in enumerate(Status.values)),
    output_field=IntegerField(),
)
ROLE_ORDER = (in_turn("role__code", list(BUILT_IN_ROLES)), Spoken("role__name"))  # by rank, as in the choice of roles
OWNER = "owner"


def agents() -> QuerySet[Agent]:
    """Everybody who was not deleted."""
    return Agent.objects.filter(deleted_at=None)


def roster() -> QuerySet[Agent]:
    """Agents as the list shows them: role, `load`, `first_group` and all their memberships, in two queries.

    The load is counted for the rows of the page only, unless it is what the list is sorted by.
    """
    first = Membership.objects.filter(agent=OuterRef("pk")).order_by("-group__sort", "group_id")
    return (
        agents()
        .select_related("role")
        .prefetch_related(memberships_in_order())
        .annotate(
            load=load(),
            first_group=Subquery(first.values("group__name")[:1]),
            status_order=STATUS_ORDER,
        )
    )


def memberships_in_order() -> "Prefetch[Any]":
    """An agent's memberships with their groups, the group with the largest sort number first."""
    return Prefetch("memberships", Membership.objects.select_related("group").order_by("-group__sort", "group_id"))


def agent(public_id: str) -> Agent:
    """One agent who was not deleted, with role and memberships; raises `NotFound`."""
    rows = agents().select_related("role").prefetch_related(memberships_in_order())
    found: Agent = only(rows.filter(public_id=fit(public_id)))
    return found


def group(public_id: str) -> Group:
    """One group; raises `NotFound`."""
    found: Group = only(Group.objects.filter(public_id=fit(public_id)))
    return found


def fit(public_id: str) -> str:
    """The id, if it can be one; the database would complain about a longer one."""
    return public_id if len(public_id) <= PUBLIC_ID_LENGTH else ""


def only(rows: QuerySet[Any]) -> Any:
    """The one row; raises `NotFound`."""
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def groups() -> QuerySet[Group]:
    """Groups with `members` (who were not deleted), the largest sort number first."""
    return Group.objects.annotate(members=Count("memberships"))


def who_can_serve(path: str = "") -> Q:
    """Agents who can sign in and work at a desk; `path` leads to them from what is filtered."""
    facts = {"is_active": True, "deleted_at": None, "role__permissions__contains": [Permission.DESK]}
    return Q(**{path + name: value for name, value in facts.items()})


def groups_that_can_serve() -> set[int]:
    """The groups with somebody who can."""
    return set(Membership.objects.filter(who_can_serve("agent__")).values_list("group_id", flat=True))


def groups_given_conversations() -> set[int]:
    """The groups with somebody to whom the rules give conversations; an owner takes them by hand alone."""
    given = who_can_serve("agent__") & Q(agent__role__permissions__contains=[Permission.SERVE])
    return set(Membership.objects.filter(given).values_list("group_id", flat=True))


def members_of(group_id: int) -> QuerySet[Membership]:
    """The members of a group with their agents and roles."""
    return (
        Membership.objects.filter(group=group_id)
        .select_related("agent__role", "agent")
        .annotate(number=F("agent__number"), nickname=F("agent__nickname"), status_order=_status_order_of_agent())
    )


def _status_order_of_agent() -> Case:
    return Case(
        *(When(agent__status=status, then=Value(place)) for place, status in enumerate(Status.values)),
        output_field=IntegerField(),
    )


def outside(group_id: int) -> QuerySet[Agent]:
    """The agents who are not in the group."""
    return roster().exclude(memberships__group=group_id)


def memberships_of(agent_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Agent → group name → skill weight, groups in their order: what the audit log says of memberships."""
    found: dict[int, dict[str, int]] = {agent_id: {} for agent_id in agent_ids}
    rows = Membership.objects.filter(agent__in=agent_ids).order_by("-group__sort", "group_id")
    for agent_id, name, weight in rows.values_list("agent_id", "group__name", "weight"):
        found[agent_id][name] = weight
    return found


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


def quota() -> tuple[int, int]:
    """How many agents there are, and how many the plan allows."""
    return agents().count(), Tenant.objects.values_list("max_agents", flat=True).get(pk=current_tenant_id())


class Cap(NamedTuple):
    """An agent's own maximum of conversations at once, what holds without one, and who locked it for all."""

    own: int | None
    inherited: int
    locked_by: Place | None


def cap_of(agent: Agent | None) -> Cap:
    """What is said about an agent's maximum; for None, of whoever will be new."""
    return cap_at(agent_place(agent) if agent is not None else None)


def cap_at(place: Place | None) -> Cap:
    """The same of an agent's place."""
    above = place.above if place is not None else (tenant_place(),)
    said = what_is_said([MAX_CONCURRENT.name], (*above, place) if place is not None else above)
    own = said.get((MAX_CONCURRENT.name, place)) if place is not None else None
    inherited = resolve(MAX_CONCURRENT, said, above)
    return Cap(own.value if own is not None else None, inherited.value, inherited.locked_by)


def enabled_owners(*, apart_from: Iterable[int] = ()) -> QuerySet[Agent]:
    """Owners who can sign in."""
    return agents().filter(role__code=OWNER, is_active=True).exclude(pk__in=list(apart_from))


def group_ids(public_ids: Mapping[str, int]) -> dict[int, int]:
    """Public id → weight as primary key → weight; raises `NotFound` where a group is not there."""
    known = dict(Group.objects.filter(public_id__in=public_ids).values_list("public_id", "pk"))
    if known.keys() != public_ids.keys():
        raise NotFound
    return {known[public_id]: weight for public_id, weight in public_ids.items()}
