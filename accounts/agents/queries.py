"""The agents of a company, their caps and their load."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db.models import Case, IntegerField, OuterRef, Prefetch, QuerySet, Subquery, Value, When

from accounts.agents.wire import SHOWN, agent_object
from accounts.models import Agent, Group, Membership, Role, Status
from accounts.models.agents import needs_a_group
from accounts.permissions import Permission
from accounts.roles.queries import OWNER
from core.actors import Actor
from core.errors import NotFound
from core.rows import one_or_404, valid_id
from core.statements import look_up

AT_DESKS = f"""
select {", ".join(f"a.{column}" for column in SHOWN)} from accounts_agent a
join accounts_role r on r.tenant_id = a.tenant_id and r.id = a.role_id
where a.tenant_id = %(tenant)s and a.is_active and %(desk)s = any(r.permissions)
"""  # noqa: S608 – made of the columns' names


def at_desks() -> list[dict[str, Any]]:
    """The agents who work at a desk, as colleagues see them, those who are there first."""
    known = (agent_object(SimpleNamespace(**row)) for row in look_up(AT_DESKS, desk=Permission.DESK.value))
    return sorted(known, key=lambda each: (each["status"] == Status.OFFLINE, each["number"]))


BY_IDS = f"""
select a.id, {", ".join(f"a.{column}" for column in SHOWN)} from accounts_agent a
where a.tenant_id = %(tenant)s and a.id = any(%(ids)s) order by a.id
"""  # noqa: S608 – made of the columns' names


def shown_agents(agent_ids: Collection[int]) -> list[tuple[int, dict[str, Any]]]:
    """Ids of these agents, in order, and each as colleagues see one."""
    return [(row["id"], agent_object(SimpleNamespace(**row))) for row in look_up(BY_IDS, ids=list(agent_ids))]


def groups_at_desks() -> list[dict[str, Any]]:
    """The groups, the one with the largest sort number first: `id`, `name` and the `agents` in them, by public ids. One
    query."""
    found: dict[str, dict[str, Any]] = {}
    rows = Membership.objects.filter(agent__is_active=True).order_by("-group__sort", "group_id", "agent_id")
    for public_id, name, agent in rows.values_list("group__public_id", "group__name", "agent__public_id"):
        found.setdefault(public_id, {"id": public_id, "name": name, "agents": []})["agents"].append(agent)
    return list(found.values())


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


MEMBERSHIPS = """
select m.agent_id, g.name, m.weight from accounts_membership m
join accounts_group g on g.tenant_id = m.tenant_id and g.id = m.group_id
where m.tenant_id = %(tenant)s and m.agent_id = any(%(keys)s) order by g.sort desc, g.id
"""


class InGroup(NamedTuple):
    """A membership as a list shows it."""

    name: str
    weight: int


class ListedAgent(NamedTuple):
    """An agent as a list shows one, with all groups in their order."""

    pk: int
    public_id: str
    number: str
    nickname: str
    email: str
    status: str
    status_reason: str
    load: int
    max_concurrent: int
    is_active: bool
    role: Role
    groups: Sequence[InGroup]

    @property
    def lacks_a_group(self) -> bool:
        """As `Agent.lacks_a_group`."""
        return not self.groups and needs_a_group(self)


OF_AGENT, OF_ROLE = ListedAgent._fields[1:-2], ("code", "name", "permissions")
LISTED = f"""
select a.id as pk, a.role_id, {", ".join([*(f"a.{name}" for name in OF_AGENT), *(f"r.{name}" for name in OF_ROLE)])}
from unnest(%(keys)s::bigint[]) with ordinality as w (id, place)
join accounts_agent a on a.tenant_id = %(tenant)s and a.id = w.id
join accounts_role r on r.tenant_id = a.tenant_id and r.id = a.role_id
order by w.place
"""  # noqa: S608 – made of the columns' names


def listed(keys: Sequence[int], reader: Actor) -> list[ListedAgent]:
    """Agents with these keys, in that order, in two queries."""
    groups: defaultdict[int, list[InGroup]] = defaultdict(list)
    for row in look_up(MEMBERSHIPS, keys=list(keys)):
        groups[row["agent_id"]].append(InGroup(row["name"], row["weight"]))
    rows = look_up(LISTED, keys=list(keys))
    roles = {row["role_id"]: row for row in rows}
    known = {pk: Role(pk=pk, **{name: row[name] for name in OF_ROLE}) for pk, row in roles.items()}
    return [
        ListedAgent._make([row["pk"], *(row[name] for name in OF_AGENT), known[row["role_id"]], groups[row["pk"]]])
        for row in rows
    ]


def memberships_in_order() -> "Prefetch[Any]":
    """An agent's memberships with their groups, the group with the largest sort number first."""
    return Prefetch("memberships", Membership.objects.select_related("group").order_by("-group__sort", "group_id"))


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


QUOTA = """
select (select count(*) from accounts_agent where tenant_id = %(tenant)s and deleted_at is null) as used, max_agents
from accounts_tenant where id = %(tenant)s
"""


def quota() -> tuple[int, int]:
    """The number of agents, and the quota."""
    [found] = look_up(QUOTA)
    return found["used"], found["max_agents"]


def enabled_owners(*, apart_from: Iterable[int] = ()) -> QuerySet[Agent]:
    """Enabled owners."""
    return agents().filter(role__code=OWNER, is_active=True).exclude(pk__in=list(apart_from))


def group_ids(public_ids: Mapping[str, int]) -> dict[int, int]:
    """Public id → weight as primary key → weight; raises `NotFound` for an unknown group."""
    known = dict(Group.objects.filter(public_id__in=public_ids).values_list("public_id", "pk"))
    if known.keys() != public_ids.keys():
        raise NotFound
    return {known[public_id]: weight for public_id, weight in public_ids.items()}
