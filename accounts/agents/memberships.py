"""Putting agents into groups and taking them out."""


from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.audit import record as audit
from accounts.settings import actions as setting_actions
from accounts.agents import queries
from accounts.agents.presence import end_presences
from accounts.tenants.locks import lock_tenant
from accounts.agents.leaving import left_behind
from accounts.models import Agent, Group, Membership, Role, Session, Tenant
from accounts.permissions import Permission, exceeds
from accounts.agents.queries import agents_with_load
from accounts.agents.wire import agent_object
from core import bus, clock
from core.actors import Actor
from core.errors import NotFound, Refusal, Stale
from core.events.agents import AgentChanged, AgentLeft
from core.events.base import Audience
from core.settings.known import MAX_CONCURRENT

from accounts.agents.actions import changing, locked_agents, need_all_below
from accounts.tenants.locks import lock_team


@transaction.atomic
def put_members(*, actor: Actor, group: str, agents: Collection[str], weight: int) -> int:
    """These agents are in the group, with that skill weight; returns how many were changed by it."""
    lock_team(actor)
    there = queries.group(group)
    chosen = locked_agents(queries.agents().filter(public_id__in=agents))
    need_all_below(actor, chosen)
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
    """These agents are not in the group any more; returns how many were."""
    lock_team(actor)
    there = queries.group(group)
    members = locked_agents(queries.agents().filter(public_id__in=agents, memberships__group=there))
    need_all_below(actor, members)
    with changing(actor, members):
        Membership.objects.filter(group=there, agent__in=members).delete()
    return len(members)


@contextmanager
def regrouping(actor: Actor, group: Group) -> Iterator[None]:
    """The group goes, or changes in a way that is said of its members too."""
    with changing(actor, locked_agents(queries.agents().filter(memberships__group=group))):
        yield
