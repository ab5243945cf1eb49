"""Adding agents to groups and removing them."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import transaction

from accounts.agents import queries
from accounts.agents.actions import changing, locked_agents, require_all_below
from accounts.models import Group, Membership
from accounts.tenants.locks import lock_team
from core.actors import Actor


@transaction.atomic
def put_members(*, actor: Actor, group: str, agents: Collection[str], weight: int) -> int:
    """Adds agents to the group, or changes their skill weight in it; returns the number of changed agents.

    Raises `NotFound`, and the refusals of `require_all_below`.
    """
    lock_team(actor)
    there = queries.group(group)
    chosen = locked_agents(queries.agents().filter(public_id__in=agents))
    require_all_below(actor, chosen)
    same = Membership.objects.filter(group=there, weight=weight, agent__in=chosen).values_list("agent_id", flat=True)
    changed = [agent for agent in chosen if agent.pk not in set(same)]
    with changing(actor, changed):
        Membership.objects.filter(group=there, agent__in=changed).update(weight=weight)
        have = set(Membership.objects.filter(group=there, agent__in=changed).values_list("agent_id", flat=True))
        Membership.objects.bulk_create(
            Membership(tenant_id=there.tenant_id, agent=agent, group=there, weight=weight)
            for agent in changed
            if agent.pk not in have
        )
    return len(changed)


@transaction.atomic
def remove_members(*, actor: Actor, group: str, agents: Collection[str]) -> int:
    """Removes agents from the group; returns how many were members."""
    lock_team(actor)
    there = queries.group(group)
    members = locked_agents(queries.agents().filter(public_id__in=agents, memberships__group=there))
    require_all_below(actor, members)
    with changing(actor, members):
        Membership.objects.filter(group=there, agent__in=members).delete()
    return len(members)


@contextmanager
def changing_members(actor: Actor, group: Group) -> Iterator[None]:
    """Audits the group's members around a change of the group that is part of their audited values (name, deletion)."""
    with changing(actor, locked_agents(queries.agents().filter(memberships__group=group))):
        yield
