"""How many conversations the rules may give an agent.

The effective cap is kept on the agent's row, where load is counted. Whoever changes it holds that row's lock *before*
reading what is said, and has written its own word by then: two changes at once leave the right cap behind.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.agents.queries import agents_with_load
from accounts.agents.settings import LARGEST_CAP, MAX_CONCURRENT
from accounts.agents.wire import agent_object
from accounts.models import Agent
from accounts.settings.actions import set_override
from accounts.settings.places import agent_place, groups_in_order, place_of_agent, tenant_place
from accounts.tenants.locks import lock_agent
from core import bus
from core.actors import Actor
from core.errors import Refusal
from core.events.agents import AgentCapacityChanged, AgentLoadChanged
from core.events.base import Audience
from core.settings.declare import on_change
from core.settings.levels import Level, Place
from core.settings.resolve import resolve
from core.settings.stored import effective_for_many, overrides_of


class CapOutOfRange(Refusal):
    """Max concurrent is between 0 and 500."""

    code = "cap_out_of_range"
    text = _("The maximum must be between 0 and 500.")
    field = "cap"


@transaction.atomic
def set_cap(*, actor: Actor, agent_id: int, cap: int) -> Agent:
    """Say at the agent how many conversations the rules may give."""
    agent = lock_agent(agent_id)
    say_cap(actor=actor, place=agent_place(agent), cap=cap)
    agent.refresh_from_db(fields=["max_concurrent"])
    return agent


def say_cap(*, actor: Actor, place: Place, cap: int) -> None:
    """The same at a place that is known already."""
    if not 0 <= cap <= LARGEST_CAP:
        raise CapOutOfRange
    set_override(actor=actor, place=place, setting=MAX_CONCURRENT.name, value=cap)


def _concerned(place: Place) -> list[int]:
    """The agents whose cap may follow from what the place says."""
    agents = Agent.objects.filter(deleted_at=None)
    if place.level is Level.AGENT:
        agents = agents.filter(pk=place.object_id)
    elif place.level is Level.GROUP:
        agents = agents.filter(memberships__group=place.object_id)
    return list(agents.values_list("pk", flat=True))


@on_change(MAX_CONCURRENT)
def follow(actor: Actor, place: Place) -> None:
    """The place says another maximum: whoever inherits it gets it."""
    refresh_caps(actor=actor, agent_ids=_concerned(place), one_by_one=place.level is Level.AGENT)


@transaction.atomic
def refresh_caps(*, actor: Actor, agent_ids: Iterable[int], one_by_one: bool = False) -> list[int]:
    """Bring the caps of these agents up to what is said; returns whose cap changed.

    To be called by whoever changes memberships or a group's sort number, in that transaction. A change of many is
    told to the desk without an event for each: `settings.changed` rings dispatch once for all.
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
    _tell_caps(actor, [agent.pk for agent in changed], one_by_one)
    return [agent.pk for agent in changed]


def _tell_caps(actor: Actor, agent_ids: list[int], one_by_one: bool) -> None:
    agents = {agent.pk: agent for agent in agents_with_load().filter(pk__in=agent_ids)}
    events = [
        AgentCapacityChanged(tenant_id=agent.tenant_id, actor=actor, agent_id=agent.pk, cap=agent.max_concurrent)
        if one_by_one
        else AgentLoadChanged(tenant_id=agent.tenant_id, actor=actor, agent_id=agent.pk)
        for agent in agents.values()
    ]
    bus.publish_all(events, show=lambda event: {Audience.DESK: {"agent": agent_object(agents[event.agent_id])}})


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
    said = overrides_of([MAX_CONCURRENT.name], (*above, place) if place is not None else above)
    own = said.get((MAX_CONCURRENT.name, place)) if place is not None else None
    inherited = resolve(MAX_CONCURRENT, said, above)
    return Cap(own.value if own is not None else None, inherited.value, inherited.locked_by)
