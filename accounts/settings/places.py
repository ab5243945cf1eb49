"""Places of the tenant, of its groups, and of its agents."""

from collections.abc import Collection, Sequence

from accounts.models import Agent, Group, Membership, Tenant
from core.settings.levels import Level, Place
from core.tenancy.scope import current_tenant_id


def tenant_place() -> Place:
    """The current tenant's place."""
    return Place(Level.TENANT, name=Tenant.objects.values_list("name", flat=True).get(pk=current_tenant_id()))


def group_place(group: Group) -> Place:
    """A group's place, below the tenant's."""
    return _of_group(group, (tenant_place(),))


def _of_group(group: Group, above: tuple[Place, ...]) -> Place:
    return Place(Level.GROUP, group.pk, group.name, group.public_id, above)


def agent_place(agent: Agent) -> Place:
    """An agent's place, below the tenant's and their groups', the largest sort number first."""
    return place_of_agent(agent, tenant_place(), _known_groups(agent))


def place_of_agent(agent: Agent, tenant: Place, groups: Sequence[Group]) -> Place:
    """As `agent_place`, where tenant and groups are known; without queries."""
    return Place(
        Level.AGENT,
        agent.pk,
        agent.nickname,
        agent.public_id,
        (tenant, *(_of_group(group, (tenant,)) for group in groups)),
    )


def _known_groups(agent: Agent) -> Sequence[Group]:
    """The prefetched groups (`accounts.agents.queries.memberships_in_order`), otherwise a query."""
    if "memberships" in getattr(agent, "_prefetched_objects_cache", {}):
        return [row.group for row in agent.memberships.all()]
    return groups_in_order([agent.pk]).get(agent.pk, ())


def groups_in_order(agent_ids: Collection[int]) -> dict[int, list[Group]]:
    """Agent id → groups, the largest sort number first. One query."""
    found: dict[int, list[Group]] = {}
    rows = Membership.objects.filter(agent_id__in=agent_ids).select_related("group")
    for row in rows.order_by("-group__sort", "group_id"):
        found.setdefault(row.agent_id, []).append(row.group)
    return found
