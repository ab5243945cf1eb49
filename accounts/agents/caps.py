"""The cap: how many conversations dispatch may assign an agent at once.

The effective cap is stored on the agent's row, where load is counted. A change locks that row *before* it reads the
overrides, and has written its own override by then: so concurrent changes leave the right cap behind.
"""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.agents.queries import shown_agents
from accounts.agents.settings import LARGEST_CAP, MAX_CONCURRENT
from accounts.agents.wire import agent_object
from accounts.models import Agent
from accounts.permissions import Permission
from accounts.settings.actions import set_override
from accounts.settings.places import agent_place, groups_in_order, place_of_agent, tenant_place
from accounts.tenants.locks import lock_agent
from core import bus
from core.actors import Actor
from core.batches import batches
from core.errors import Refusal
from core.events.agents import AgentCapacityChanged, AgentLoadChanged
from core.events.base import Audience
from core.settings.declare import on_change
from core.settings.levels import Level, Place
from core.settings.resolve import resolve
from core.settings.stored import effective_for_many, overrides_of
from core.tenancy.scope import current_tenant_id

LIST_MARK, MAX_NAMED = " · ", 5


class CapOutOfRange(Refusal):
    """The cap is outside 0 to 500."""

    code = "cap_out_of_range"
    text = _("The maximum must be between 0 and 500.")
    field = "cap"


@transaction.atomic
def set_cap(*, actor: Actor, agent_id: int, cap: int) -> Agent:
    """Overrides the agent's cap; returns the agent. Raises `CapOutOfRange` and the refusals of `set_override`."""
    agent = lock_agent(agent_id)
    set_cap_at(actor=actor, place=agent_place(agent), cap=cap)
    agent.refresh_from_db(fields=["max_concurrent"])
    return agent


def set_cap_at(*, actor: Actor, place: Place, cap: int) -> None:
    """As `set_cap`, at the place of a locked agent."""
    if not 0 <= cap <= LARGEST_CAP:
        raise CapOutOfRange
    set_override(actor=actor, place=place, setting=MAX_CONCURRENT.name, value=cap)


def _concerned(place: Place) -> list[int]:
    """Ids of the agents who may inherit from the place."""
    agents = Agent.objects.filter(deleted_at=None)
    if place.level is Level.AGENT:
        agents = agents.filter(pk=place.object_id)
    elif place.level is Level.GROUP:
        agents = agents.filter(memberships__group=place.object_id)
    return list(agents.values_list("pk", flat=True))


@on_change(MAX_CONCURRENT)
def refresh_inheriting(actor: Actor, place: Place) -> None:
    """Updates the caps of the agents who inherit from the place."""
    refresh_caps(actor=actor, agent_ids=_concerned(place), one_by_one=place.level is Level.AGENT)


@transaction.atomic
def refresh_caps(*, actor: Actor, agent_ids: Iterable[int], one_by_one: bool = False) -> list[int]:
    """Updates these agents' caps to the effective setting; returns the ids of those whose cap changed.

    Called in the transaction that changes memberships or a group's sort number. Unless `one_by_one`, only desks get
    a frame, without an `agent.capacity` for each: `settings.changed` starts dispatch once for all.
    """
    agents = list(
        Agent.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(agent_ids)).order_by("pk")
    )
    groups, tenant = groups_in_order([agent.pk for agent in agents]), tenant_place()
    chains = {agent.pk: place_of_agent(agent, tenant, groups.get(agent.pk, ())).chain for agent in agents}
    caps = effective_for_many(MAX_CONCURRENT.name, chains)
    changed = [agent for agent in agents if agent.max_concurrent != caps[agent.pk].value]
    for agent in changed:
        agent.max_concurrent = caps[agent.pk].value
    Agent.objects.bulk_update(changed, ["max_concurrent"])
    _publish_caps(actor, [agent.pk for agent in changed], one_by_one)
    return [agent.pk for agent in changed]


def _publish_caps(actor: Actor, agent_ids: list[int], one_by_one: bool) -> None:
    if not one_by_one:
        publish_loads(actor=actor, agent_ids=agent_ids)
        return
    agents = {agent.pk: agent for agent in Agent.objects.filter(pk__in=agent_ids)}
    events = [
        AgentCapacityChanged(tenant_id=agent.tenant_id, actor=actor, agent_id=agent.pk, cap=agent.max_concurrent)
        for agent in agents.values()
    ]
    bus.publish_all(events, show=lambda event: {Audience.DESK: {"agent": agent_object(agents[event.agent_id])}})


def publish_loads(*, actor: Actor, agent_ids: Collection[int]) -> None:
    """All desks see whether these agents have room now: by one query, and a frame for many, which thousands may get."""
    for several in batches(shown_agents(agent_ids) if agent_ids else ()):
        ids = tuple(agent_id for agent_id, _shown in several)
        event = AgentLoadChanged(tenant_id=current_tenant_id(), actor=actor, agent_ids=ids)
        bus.publish(event, show={Audience.DESK: {"agents": [shown for _agent_id, shown in several]}})


class Cap(NamedTuple):
    """An agent's own cap if there is one, the inherited cap, and the place that locked it, if any."""

    own: int | None
    inherited: int
    locked_by: Place | None


def raising_of(agent: Agent) -> dict[str, Any]:
    """Whether the agent may raise their own cap, up to the `largest`; else the names of those who may, "" where the
    setting is locked above."""
    locked = cap_of(agent).locked_by is not None
    may = agent.actor().may(Permission.MANAGE_TEAM)
    return {
        "may_raise": may and not locked,
        "largest": LARGEST_CAP,
        "raised_by": "" if may or locked else LIST_MARK.join(_who_may_raise()),
    }


def _who_may_raise() -> list[str]:
    able = Agent.objects.filter(is_active=True, role__permissions__contains=[Permission.MANAGE_TEAM])
    return list(able.order_by("number").values_list("nickname", flat=True)[:MAX_NAMED])


def cap_of(agent: Agent | None) -> Cap:
    """The cap of an agent; None: of an agent who is still to be added."""
    return cap_at(agent_place(agent) if agent is not None else None)


def cap_at(place: Place | None) -> Cap:
    """As `cap_of`, for an agent's place."""
    above = place.above if place is not None else (tenant_place(),)
    overrides = overrides_of([MAX_CONCURRENT.name], (*above, place) if place is not None else above)
    own = overrides.get((MAX_CONCURRENT.name, place)) if place is not None else None
    inherited = resolve(MAX_CONCURRENT, overrides, above)
    return Cap(own.value if own is not None else None, inherited.value, inherited.locked_by)
