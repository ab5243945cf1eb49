"""The agents of a company, their caps and their load."""

from collections.abc import Collection, Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from django.db.models import Case, IntegerField, OuterRef, Prefetch, QuerySet, Subquery, Value, When

from accounts.agents.wire import SHOWN, agent_object
from accounts.models import Agent, Group, Membership, Status, Tenant
from accounts.permissions import Permission
from accounts.roles.queries import OWNER
from core.errors import NotFound
from core.rows import one_or_404, valid_id
from core.statements import look_up
from core.tenancy.scope import current_tenant_id

AT_DESKS = f"""
select {", ".join(f"a.{column}" for column in SHOWN)} from accounts_agent a
join accounts_role r on r.tenant_id = a.tenant_id and r.id = a.role_id
where a.tenant_id = %(tenant)s and a.is_active and %(desk)s = any(r.permissions)
"""  # noqa: S608 – made of the columns' names


def at_desks() -> list[dict[str, Any]]:
    """The agents who work at a desk, as colleagues see them, those who are there first."""
    known = (agent_object(SimpleNamespace(**row)) for row in look_up(AT_DESKS, desk=Permission.DESK.value))
    return sorted(known, key=lambda each: (each["status"] == Status.OFFLINE, each["number"]))


STATUS_ORDER = Case(
    *(When(status=status, then=Value(place)) for place, status in enumerate(Status.values)),
    output_field=IntegerField(),
)


# The name of an agent's first group: of the agent's tenant, whatever the scope is.
FIRST_GROUP = Subquery(
    QuerySet(Membership)
    .filter(tenant=OuterRef("tenant"), agent=OuterRef("pk"))
    .order_by("-group__sort", "group_id")
    .values("group__name")[:1]
)


def agents() -> QuerySet[Agent]:
    """All agents who are not deleted."""
    return Agent.objects.filter(deleted_at=None)


def roster() -> QuerySet[Agent]:
    """Agents as the list shows them: role, `first_group` and all their memberships, in two queries."""
    known = agents().select_related("role").prefetch_related(memberships_in_order())
    return known.annotate(first_group=FIRST_GROUP, status_order=STATUS_ORDER)


def listed() -> QuerySet[Agent]:
    """Agents with role and all their memberships (`in_groups`), in two queries."""
    return agents().select_related("role").prefetch_related(memberships_in_order(to_attr="in_groups"))


def memberships_in_order(*, to_attr: str | None = None) -> "Prefetch[Any]":
    """An agent's memberships with their groups, the group with the largest sort number first; as a list where it has a
    name, which a long list of agents is quicker with."""
    rows = Membership.objects.select_related("group").order_by("-group__sort", "group_id")
    return Prefetch("memberships", rows, to_attr=to_attr)


def agent(public_id: str) -> Agent:
    """One agent who was not deleted, with role and memberships; raises `NotFound`."""
    rows = agents().select_related("role").prefetch_related(memberships_in_order())
    return one_or_404(rows.filter(public_id=valid_id(public_id)))


def group(public_id: str) -> Group:
    """One group; raises `NotFound`."""
    return one_or_404(Group.objects.filter(public_id=valid_id(public_id)))


def memberships_of(agent_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Agent id → group name → skill weight, groups in order; for the audit log."""
    found: dict[int, dict[str, int]] = {agent_id: {} for agent_id in agent_ids}
    rows = Membership.objects.filter(agent__in=agent_ids).order_by("-group__sort", "group_id")
    for agent_id, name, weight in rows.values_list("agent_id", "group__name", "weight"):
        found[agent_id][name] = weight
    return found


def quota() -> tuple[int, int]:
    """The number of agents, and the quota."""
    return agents().count(), Tenant.objects.values_list("max_agents", flat=True).get(pk=current_tenant_id())


def enabled_owners(*, apart_from: Iterable[int] = ()) -> QuerySet[Agent]:
    """Enabled owners."""
    return agents().filter(role__code=OWNER, is_active=True).exclude(pk__in=list(apart_from))


def group_ids(public_ids: Mapping[str, int]) -> dict[int, int]:
    """Public id → weight as primary key → weight; raises `NotFound` for an unknown group."""
    known = dict(Group.objects.filter(public_id__in=public_ids).values_list("public_id", "pk"))
    if known.keys() != public_ids.keys():
        raise NotFound
    return {known[public_id]: weight for public_id, weight in public_ids.items()}
