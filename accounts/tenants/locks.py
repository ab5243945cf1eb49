"""The locks of a company, in their order: the tenant, its team, one agent (after a conversation's)."""

from accounts.models import Agent, Tenant
from accounts.permissions import Permission
from core.actors import Actor
from core.rows import one_or_404
from core.tenancy.scope import current_tenant_id


def lock_tenant() -> Tenant:
    """The company under its lock: one at a time counts its people, compares names, moves agents between groups. Rows
    that refer to it can be written meanwhile."""
    return Tenant.objects.select_for_update(no_key=True).get(pk=current_tenant_id())


def lock_agent(agent_id: int) -> Agent:
    """The agent under its lock, which is also the lock of its load."""
    return one_or_404(Agent.objects.select_for_update(of=("self",)).filter(pk=agent_id))


def lock_team(actor: Actor) -> Tenant:
    """The lock of everything about the tenant's people. Rows that refer to the tenant can be written meanwhile."""
    actor.require(Permission.MANAGE_TEAM)
    return lock_tenant()
