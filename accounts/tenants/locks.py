"""Row locks of a tenant, in their order: the tenant, its team, one agent (after a conversation's)."""

from accounts.models import Agent, Tenant
from accounts.permissions import Permission
from core.actors import Actor
from core.rows import one_or_404
from core.tenancy.scope import current_tenant_id


def lock_tenant() -> Tenant:
    """Locks the tenant: serialises counting of agents, comparison of names, changes of groups. Rows that refer to the
    tenant can still be written."""
    return Tenant.objects.select_for_update(no_key=True).get(pk=current_tenant_id())


def lock_agents(*agent_ids: int) -> dict[int, Agent]:
    """Locks several agents, with their loads, in the order of ids."""
    locked = Agent.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=agent_ids)
    return {agent.pk: agent for agent in locked.order_by("pk")}


def lock_agent(agent_id: int) -> Agent:
    """Locks the agent, and with it the agent's load; raises `NotFound`."""
    return one_or_404(Agent.objects.select_for_update(of=("self",), no_key=True).filter(pk=agent_id))


def lock_team(actor: Actor) -> Tenant:
    """`lock_tenant` for changes of agents and groups; raises `Forbidden` without MANAGE_TEAM."""
    actor.require(Permission.MANAGE_TEAM)
    return lock_tenant()
