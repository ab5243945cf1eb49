"""The locks of a company, in their order: the tenant, its team, one agent (after a conversation's)."""


from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.audit.record import valid_address
from accounts.models import Agent, Customer, Status, StatusInterval, Tenant
from accounts.agents.rules import GRACE
from accounts.agents.queries import agents_with_load
from accounts.agents.wire import agent_object
from core import bus, clock
from core.actors import SYSTEM, Actor
from core.errors import Forbidden, NotFound, Refusal
from core.events.agents import AgentStatusChanged, SignedOut
from core.events.base import Audience
from core.tenancy.scope import current_tenant_id


from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.audit import record as audit
from accounts.settings import actions as setting_actions
from accounts.agents import queries as agent_queries
from accounts.agents.presence import end_presences
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



def lock_tenant() -> Tenant:
    """The company under its lock: one at a time counts its people, compares names, moves agents between groups. Rows
    that refer to it can be written meanwhile."""
    return Tenant.objects.select_for_update(no_key=True).get(pk=current_tenant_id())


def lock_agent(agent_id: int) -> Agent:
    """The agent under its lock, which is also the lock of its load."""
    agent = Agent.objects.select_for_update(of=("self",)).filter(pk=agent_id).first()
    if agent is None:
        raise NotFound
    return agent


def lock_team(actor: Actor) -> Tenant:
    """The lock of everything about the tenant's people. Rows that refer to the tenant can be written meanwhile."""
    actor.need(Permission.MANAGE_TEAM)
    return lock_tenant()
