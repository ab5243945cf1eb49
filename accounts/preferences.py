"""What places say about settings: the one writer of `core_setting`, and the caps of agents that follow from it.

An agent's effective cap is kept on the agent's row, where load is counted. Whoever changes it holds that row's lock
*before* reading what is said, and has written its own word by then: two changes at once leave the right cap behind.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from accounts import audit
from accounts.actions import lock_agent, lock_tenant
from accounts.models import Agent, Group, Membership, Tenant
from accounts.permissions import Permission, exceeds
from accounts.queries import agent_object, agents_with_load
from core import bus, clock
from core.actors import Actor
from core.errors import Forbidden, Refusal, Stale
from core.events import AgentCapacityChanged, AgentLoadChanged, Audience, SettingsChanged
from core.inheritance import Level, Place, Said, Setting, effective_for_many, resolve, setting_named, what_is_said
from core.known_settings import HOURS, LARGEST_CAP, MAX_CONCURRENT, WELCOME, WELCOME_OUT_OF_HOURS
from core.models import SettingValue
from core.scope import current_tenant_id

# Beside MANAGE_SETTINGS, who looks after an object says what concerns it; who is assigned what, and when a conversation
# ends, does not concern whoever looks after the site. Locks belong to MANAGE_SETTINGS alone.
OF_THE_SITE = (Permission.MANAGE_CHANNELS, frozenset({HOURS.name, WELCOME.name, WELCOME_OUT_OF_HOURS.name}))
OF_THE_TEAM = (Permission.MANAGE_TEAM, frozenset({HOURS.name, MAX_CONCURRENT.name}))
ALSO_BY = {
    Level.SERVICE_ACCOUNT: OF_THE_SITE,
    Level.CHANNEL: OF_THE_SITE,
    Level.GROUP: OF_THE_TEAM,
    Level.AGENT: OF_THE_TEAM,
}


class LockedAbove(Refusal):
    """A place above locked its value, or the place itself did for somebody who may not."""

    code = "locked_above"
    status = 409
    text = _("Set for everybody by the administrator.")


class SaidMeanwhile(Stale):
    """The place says something else by now than whoever asks has seen."""


class NotSaidHere(Refusal):
    """There is no such setting at this level."""

    code = "not_said_here"
    text = _("This cannot be set here.")


class BadValue(Refusal):
    """Not a value of the setting, outside its bounds, or one with a fault."""

    code = "bad_value"
    text = _("This value is not possible.")


class CapOutOfRange(Refusal):
    """Max concurrent is between 0 and 500."""

    code = "cap_out_of_range"
    text = _("The maximum must be between 0 and 500.")
    field = "cap"


# --- places -----------------------------------------------------------------------------------------------------------


def tenant_place() -> Place:
    """The current tenant."""
    return Place(Level.TENANT, name=Tenant.objects.values_list("name", flat=True).get(pk=current_tenant_id()))


def group_place(group: Group) -> Place:
    """A group, under the tenant."""
    return _of_group(group, (tenant_place(),))


def _of_group(group: Group, above: tuple[Place, ...]) -> Place:
    return Place(Level.GROUP, group.pk, group.name, group.public_id, above)


def agent_place(agent: Agent) -> Place:
    """An agent, under the tenant and their groups, the one with the largest sort number first."""
    return _of_agent(agent, tenant_place(), _known_groups(agent))


def _of_agent(agent: Agent, tenant: Place, groups: Sequence[Group]) -> Place:
    return Place(
        Level.AGENT,
        agent.pk,
        agent.nickname,
        agent.public_id,
        (tenant, *(_of_group(group, (tenant,)) for group in groups)),
    )


def _known_groups(agent: Agent) -> Sequence[Group]:
    """Those that were read along with the agent (`roster.memberships_in_order`), or asked for now."""
    if "memberships" in getattr(agent, "_prefetched_objects_cache", {}):
        return [row.group for row in agent.memberships.all()]
    return _groups_of([agent.pk]).get(agent.pk, ())


def _groups_of(agent_ids: Collection[int]) -> dict[int, list[Group]]:
    found: dict[int, list[Group]] = {}
    rows = Membership.objects.filter(agent_id__in=agent_ids).select_related("group")
    for row in rows.order_by("-group__sort", "group_id"):
        found.setdefault(row.agent_id, []).append(row.group)
    return found


# --- saying -----------------------------------------------------------------------------------------------------------


def may_say(actor: Actor, place: Place, setting: str = "") -> bool:
    """Whether the actor may say this, or (without a setting) anything at all, for this place."""
    if place.level is Level.AGENT and _is_above(actor, place.object_id):
        return False
    if may_lock(actor):
        return True
    permission, names = ALSO_BY.get(place.level, (Permission.MANAGE_SETTINGS, frozenset()))
    return actor.may(permission) and (not setting or setting in names)


def may_lock(actor: Actor) -> bool:
    """Whether the actor may decide for all places below."""
    return actor.may(Permission.MANAGE_SETTINGS)


def _is_above(actor: Actor, agent_id: int) -> bool:
    """Whose role may do more is not the actor's to set, here as on the agent's own page."""
    theirs = Agent.objects.values_list("role__permissions", flat=True).get(pk=agent_id)
    return actor.kind != "system" and exceeds(theirs, actor.permissions)


def say(*, actor: Actor, place: Place, setting: str, value: Any, locked: bool = False) -> None:
    """From now on the place says this; the same again changes nothing. `value` is one of the setting, or its JSON."""
    change(actor=actor, place=place, words={setting: Said(value, locked)})


def unsay(*, actor: Actor, place: Place, setting: str) -> None:
    """The place inherits the setting again."""
    change(actor=actor, place=place, words={setting: None})


@transaction.atomic
def change(
    *,
    actor: Actor,
    place: Place,
    words: Mapping[str, Said | None],
    seen: Mapping[str, Said | None] | None = None,
) -> None:
    """Say, or (None) unsay, several settings of a place: all of them, or none where one is refused.

    `seen` is what the place said when the actor decided; raises `SaidMeanwhile` where it says something else by now.
    """
    if not all(may_say(actor, place, name) for name in words):
        raise Forbidden
    if any(said is not None and said.locked for said in words.values()) and not may_lock(actor):
        raise Forbidden
    _lock(place)
    if seen is not None:
        _need_unchanged(place, {name: seen[name] for name in words})
    for name, said in words.items():
        _change_one(actor, place, setting_named(name), said)


def _need_unchanged(place: Place, seen: Mapping[str, Said | None]) -> None:
    now = what_is_said(list(seen), (place,))
    if any(now.get((name, place)) != words for name, words in seen.items()):
        raise SaidMeanwhile


def _lock(place: Place) -> None:
    """One after the other, so that each sees the locks above and what the audit log calls "before".

    An agent's own cap needs the agent alone; others hold the tenant, as whoever moves agents between groups does.
    """
    if place.level is Level.AGENT:
        lock_agent(place.object_id)
    else:
        lock_tenant()


def _change_one(actor: Actor, place: Place, setting: Setting, said: Said | None) -> None:
    if place.level not in setting.levels or place.level is Level.PLATFORM:
        raise NotSaidHere
    if resolve(setting, what_is_said([setting.name], place.above), place.above).locked_by is not None:
        raise LockedAbove
    before = SettingValue.objects.filter(level=place.level, object_id=place.object_id, name=setting.name).first()
    if before is not None and before.locked and not may_lock(actor):
        raise LockedAbove
    after = _facts(setting, said) if said is not None else {}
    if ({"value": before.value, "locked": before.locked} if before else {}) == after:
        return
    _write(place, setting, before, after)
    _recorded(actor, place, setting, before, after)
    if setting is MAX_CONCURRENT:
        refresh_caps(actor=actor, agent_ids=_concerned(place), one_by_one=place.level is Level.AGENT)
    bus.publish(
        SettingsChanged(
            tenant_id=current_tenant_id(),
            actor=actor,
            setting=setting.name,
            level=place.level,
            object_id=place.object_id,
        )
    )


def _facts(setting: Setting, said: Said) -> dict[str, Any]:
    try:
        value = setting.read(said.value)
    except ValidationError as error:
        raise BadValue from error
    if setting.fault(value):
        raise BadValue
    return {"value": setting.write(value), "locked": said.locked}


def _write(place: Place, setting: Setting, before: SettingValue | None, after: dict[str, Any]) -> None:
    if after:
        SettingValue.objects.update_or_create(
            tenant_id=current_tenant_id(),
            level=place.level,
            object_id=place.object_id,
            name=setting.name,
            defaults={**after, "changed_at": clock.now()},
        )
    elif before:
        before.delete()


def _recorded(actor: Actor, place: Place, setting: Setting, before: SettingValue | None, after: dict[str, Any]) -> None:
    """The audit entry: under the setting's own name, so that entries of one setting are found by it."""
    earlier = {"value": before.value, "locked": before.locked} if before else {}

    def named(facts: dict[str, Any]) -> dict[str, Any]:
        return {setting.name: facts["value"], "locked": facts["locked"]} if facts else {}

    audit.record(
        actor=actor,
        action="setting.changed" if after else "setting.inherited",
        kind=place.level,
        object_id=place.object_id or None,
        name=place.name,
        before=named(earlier),
        after=named(after),
    )


def forget(place: Place) -> None:
    """The object is gone, and with it what it said."""
    SettingValue.objects.filter(level=place.level, object_id=place.object_id).delete()


# --- caps -------------------------------------------------------------------------------------------------------------


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
    say(actor=actor, place=place, setting=MAX_CONCURRENT.name, value=cap)


def _concerned(place: Place) -> list[int]:
    """The agents whose cap may follow from what the place says."""
    agents = Agent.objects.filter(deleted_at=None)
    if place.level is Level.AGENT:
        agents = agents.filter(pk=place.object_id)
    elif place.level is Level.GROUP:
        agents = agents.filter(memberships__group=place.object_id)
    return list(agents.values_list("pk", flat=True))


@transaction.atomic
def refresh_caps(*, actor: Actor, agent_ids: Iterable[int], one_by_one: bool = False) -> list[int]:
    """Bring the caps of these agents up to what is said; returns whose cap changed.

    To be called by whoever changes memberships or a group's sort number, in that transaction. A change of many is
    told to the desk without an event for each: `settings.changed` rings dispatch once for all.
    """
    agents = list(
        Agent.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(agent_ids)).order_by("pk")
    )
    groups, tenant = _groups_of([agent.pk for agent in agents]), tenant_place()
    chains = {agent.pk: _of_agent(agent, tenant, groups.get(agent.pk, ())).chain for agent in agents}
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
