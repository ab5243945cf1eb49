"""Adding, changing, disabling and deleting agents."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.agents import caps, queries
from accounts.agents.caps import cap_at
from accounts.agents.leaving import audited_loads
from accounts.agents.presence import end_presences
from accounts.agents.settings import MAX_CONCURRENT
from accounts.agents.wire import agent_object
from accounts.audit import record as audit
from accounts.models import Agent, Membership, Role, Session
from accounts.permissions import Permission, exceeds
from accounts.roles.queries import OWNER, is_above
from accounts.settings import places
from accounts.settings.actions import clear_override, forget
from accounts.tenants.locks import lock_team
from core import bus, clock
from core.actors import Actor
from core.errors import NotFound, Refusal, Stale
from core.events.agents import AgentChanged, AgentLeft
from core.events.base import Audience
from core.rows import one_or_404, valid_id

USUAL_WEIGHT = 50  # the skill weight by default


class NumberTaken(Refusal):
    """Another agent who is not deleted has the number."""

    code = "number_taken"
    text = _("This number is already taken.")
    field = "number"


class EmailTaken(Refusal):
    """Another agent has the e-mail address."""

    code = "email_taken"
    text = _("A colleague already has this e-mail address.")
    field = "email"


class QuotaReached(Refusal):
    """The tenant has `max_agents` agents."""

    code = "quota_reached"
    status = 409
    text = _("The quota of agents is used up. Delete an agent, or ask the platform's operator for more.")


class RoleAbove(Refusal):
    """The role has permissions that the actor lacks: the actor may neither give it nor change agents who have it."""

    code = "role_above"
    status = 403
    text = _("This role may do more than your own.")
    field = "role"


class OwnAccount(Refusal):
    """The act is not possible on one's own account: disabling, deleting, another role, a password without the old
    one."""

    code = "yourself"
    status = 409
    text = _("You cannot do this to your own account.")
    field = "role"


class LastOwner(Refusal):
    """No enabled owner would remain, who alone can make another."""

    code = "last_owner"
    status = 409
    text = _("There must be at least one enabled owner.")
    field = "role"


@dataclass(frozen=True)
class AgentInput:
    """An agent's values in the console; `groups` are public ids with skill weights (0–100).

    `cap`: the agent's own cap, None to inherit it.
    """

    number: str
    nickname: str
    role: str
    email: str = ""
    groups: Mapping[str, int] = field(default_factory=dict)
    cap: int | None = None


@dataclass(frozen=True)
class Bulk:
    """The outcome of an act on several agents: who was changed, and who was refused and why, by nickname."""

    names: tuple[str, ...]
    refused: tuple[tuple[str, Refusal], ...]

    @property
    def changed(self) -> int:
        """The number of changed agents."""
        return len(self.names)


@transaction.atomic
def add_agent(*, actor: Actor, values: AgentInput, password: str) -> Agent:
    """Adds an agent. Raises `Forbidden`, `QuotaReached`, `NumberTaken`, `EmailTaken`, `RoleAbove`, `NotFound`, and
    `CapOutOfRange`."""
    tenant = lock_team(actor)
    if queries.agents().count() >= tenant.max_agents:
        raise QuotaReached
    role = _role(actor, values.role)
    _need_free(values.number, values.email)
    agent = Agent(
        number=values.number, nickname=values.nickname, email=values.email, role=role, status_since=clock.now()
    )
    agent.set_password(password)
    agent.save()
    Membership.objects.bulk_create(
        Membership(tenant_id=agent.tenant_id, agent=agent, group_id=group_id, weight=weight)
        for group_id, weight in queries.group_ids(values.groups).items()
    )
    _record(actor, "agent.added", agent, {}, audited_values(agent))
    if not _set_own_cap(actor, agent, values.cap):
        caps.refresh_caps(actor=actor, agent_ids=[agent.pk])
    _publish_changed(actor, [agent.pk])
    return agent


@transaction.atomic
def change_agent(*, actor: Actor, agent: str, version: int, values: AgentInput, heir: str = "") -> Agent:
    """Changes an agent of that version; raises `Stale` for an earlier one, and the refusals of this module.

    Where the agent loses the desk, their conversations go to the colleague `heir`, or to the front of the queue.
    """
    lock_team(actor)
    locked = _lock(actor, agent)
    if locked.version != version:
        raise Stale
    role = _role(actor, values.role) if values.role != locked.role.code else locked.role
    if role != locked.role:
        _need_owner_beside(actor, locked, role)
    _need_free(values.number, values.email, locked)
    lost = set(locked.role.permissions) - set(role.permissions)
    left = audited_loads([locked], heir) if Permission.DESK in lost else {}
    with changing(actor, [locked], left=left):
        locked.number, locked.nickname, locked.email, locked.role = values.number, values.nickname, values.email, role
        locked.save(update_fields=["number", "nickname", "email", "role"])
        _put_into(locked, queries.group_ids(values.groups))
    _set_own_cap(actor, locked, values.cap)
    if Permission.DESK in lost:
        _leave(actor, [locked], heir)
    elif lost:
        _sign_out(actor, [locked])
    locked.refresh_from_db(fields=["version"])
    return locked


@transaction.atomic
def set_enabled(*, actor: Actor, agents: Collection[str], enabled: bool, heir: str = "") -> Bulk:
    """Enables or disables agents; those who cannot be changed are reported, unknown ids ignored.

    Conversations of disabled agents go to the colleague `heir`, or to the front of the queue.
    """
    lock_team(actor)
    found = locked_agents(queries.agents().filter(public_id__in=agents, is_active=not enabled))
    refused = _refused(actor, found, enabled)
    chosen = [agent for agent in found if agent.pk not in refused]
    ids = [agent.pk for agent in chosen]
    Agent.objects.filter(pk__in=ids).update(is_active=enabled, version=F("version") + 1)
    left = {} if enabled else audited_loads(chosen, heir)
    audit.record_all(
        actor=actor,
        action="agent.enabled" if enabled else "agent.disabled",
        kind="agent",
        changes=[
            audit.Changed(
                agent.pk, agent.numbered_name, {"enabled": not enabled}, {"enabled": enabled, **left.get(agent.pk, {})}
            )
            for agent in chosen
        ],
    )
    if enabled:
        _publish_changed(actor, ids)
    else:
        _leave(actor, chosen, heir)
    return Bulk(
        tuple(agent.nickname for agent in chosen),
        tuple((agent.nickname, refused[agent.pk]) for agent in found if agent.pk in refused),
    )


def _refused(actor: Actor, agents: Iterable[Agent], enabled: bool) -> dict[int, Refusal]:
    """Agent id → refusal, for those whom the actor may not change; the last owner stays."""
    owners = set(queries.enabled_owners().values_list("pk", flat=True))
    refused: dict[int, Refusal] = {}
    for agent in agents:
        if is_above(agent, actor):
            refused[agent.pk] = RoleAbove()
        elif enabled:
            continue
        elif _is_self(actor, agent):
            refused[agent.pk] = OwnAccount()
        elif owners == {agent.pk}:
            refused[agent.pk] = LastOwner()
        else:
            owners.discard(agent.pk)
    return refused


@transaction.atomic
def delete_agent(*, actor: Actor, agent: str, heir: str = "") -> None:
    """Deletes an agent: the row stays for history, the number is free again.

    Their conversations go to the colleague `heir`, or to the front of the queue.
    """
    lock_team(actor)
    locked = _lock(actor, agent)
    _need_other(actor, locked)
    _need_owner_beside(actor, locked, None)
    _record(actor, "agent.deleted", locked, audited_values(locked), audited_loads([locked], heir).get(locked.pk, {}))
    forget(places.agent_place(locked))
    Membership.objects.filter(agent=locked).delete()
    locked.is_active, locked.deleted_at = False, clock.now()
    locked.version += 1
    locked.set_unusable_password()
    locked.save(update_fields=["is_active", "deleted_at", "version", "password"])
    _leave(actor, [locked], heir)


@transaction.atomic
def follow_role(*, actor: Actor, role_id: int, lost: Collection[str]) -> None:
    """Applies the loss of permissions by a role to its agents, as `change_agent` does for one who gets such a role."""
    lock_team(actor)
    agents = locked_agents(queries.agents().filter(role=role_id, is_active=True))
    if Permission.DESK in lost:
        _leave(actor, agents, heir="")
    else:
        _sign_out(actor, agents)


@transaction.atomic
def reset_password(*, actor: Actor, agent: str, password: str) -> None:
    """Sets another agent's password and ends their sessions."""
    lock_team(actor)
    locked = _lock(actor, agent)
    _need_other(actor, locked)
    locked.set_password(password)
    locked.save(update_fields=["password"])
    _record(actor, "agent.password_reset", locked, {}, {})
    _sign_out(actor, [locked])


def locked_agents(rows: Any) -> list[Agent]:
    """These agents, locked one after the other."""
    keys = sorted(rows.values_list("pk", flat=True))
    locked = Agent.objects.select_for_update(of=("self",), no_key=True).select_related("role")
    return list(locked.filter(pk__in=keys).order_by("pk"))


def _lock(actor: Actor, public_id: str) -> Agent:
    """The agent, locked; raises `NotFound`, and `RoleAbove` where the actor may not change them."""
    found = locked_agents(queries.agents().filter(pk=queries.agent(public_id).pk))
    if not found:
        raise NotFound
    _need_below(actor, found[0])
    return found[0]


def _need_below(actor: Actor, agent: Agent) -> None:
    if is_above(agent, actor):
        raise RoleAbove


def require_all_below(actor: Actor, agents: Iterable[Agent]) -> None:
    """Raises `RoleAbove` where one of them has permissions that the actor lacks."""
    for agent in agents:
        _need_below(actor, agent)


def _is_self(actor: Actor, agent: Agent) -> bool:
    return actor.kind == "agent" and actor.id == agent.pk


def _need_other(actor: Actor, agent: Agent) -> None:
    if _is_self(actor, agent):
        raise OwnAccount


def _need_owner_beside(actor: Actor, agent: Agent, role: Role | None) -> None:
    """Raises `LastOwner` where no other owner is enabled, and for a change of role (`role` is the new one, None for a
    deletion) `OwnAccount`."""
    if agent.role.code == OWNER and not queries.enabled_owners(apart_from=[agent.pk]).exists():
        raise LastOwner
    if role is not None:
        _need_other(actor, agent)


def _need_free(number: str, email: str, known: Agent | None = None) -> None:
    """Compares numbers and e-mail addresses without case; `known` keeps their own."""
    others = queries.agents().exclude(pk=known.pk if known else 0)
    if (known is None or number != known.number) and others.filter(number__iexact=number).exists():
        raise NumberTaken
    if email and (known is None or email != known.email) and others.filter(email__iexact=email).exists():
        raise EmailTaken


def _role(actor: Actor, code: str) -> Role:
    """The role; raises `RoleAbove` where the actor may not give it."""
    role = one_or_404(Role.objects.filter(code=code))
    if actor.kind != "system" and exceeds(role.permissions, actor.permissions):
        raise RoleAbove
    return role


def _put_into(agent: Agent, weights: Mapping[int, int]) -> None:
    Membership.objects.filter(agent=agent).exclude(group__in=weights).delete()
    for group_id, weight in weights.items():
        Membership.objects.update_or_create(agent=agent, group_id=group_id, defaults={"weight": weight})


def _set_own_cap(actor: Actor, agent: Agent, cap: int | None) -> bool:
    """Sets or clears the agent's own cap, unless it is locked above; returns whether the override changed and the
    effective cap was refreshed."""
    place = places.agent_place(agent)
    known = cap_at(place)
    if known.own == cap or known.locked_by is not None:
        return False
    if cap is None:
        clear_override(actor=actor, place=place, setting=MAX_CONCURRENT.name)
    else:
        caps.set_cap_at(actor=actor, place=place, cap=cap)
    return True


def audited_values(agent: Agent, groups: Mapping[str, int] | None = None) -> dict[str, Any]:
    """The agent's audited values."""
    return {
        "number": agent.number,
        "nickname": agent.nickname,
        "email": agent.email,
        "role": agent.role.code,
        "groups": dict(groups if groups is not None else queries.memberships_of([agent.pk])[agent.pk]),
    }


def _record(actor: Actor, action: str, agent: Agent, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    entry = audit.record(
        actor=actor,
        action=action,
        kind="agent",
        object_id=agent.pk,
        name=agent.numbered_name,
        before=before,
        after=after,
    )
    return entry is not None


@contextmanager
def changing(
    actor: Actor, agents: Collection[Agent], *, left: Mapping[int, dict[str, Any]] | None = None
) -> Iterator[None]:
    """Around a change of agents: audits each, raises their version, and updates caps, desks and dispatch.

    `left`: `audited_loads`, to be recorded too.
    """
    ids = [agent.pk for agent in agents]
    groups = queries.memberships_of(ids)
    before = {agent.pk: audited_values(agent, groups[agent.pk]) for agent in agents}
    yield
    groups = queries.memberships_of(ids)
    after = {agent.pk: audited_values(agent, groups[agent.pk]) | (left or {}).get(agent.pk, {}) for agent in agents}
    entries = audit.record_all(actor=actor, action="agent.changed", kind="agent", changes=[
        audit.Changed(agent.pk, agent.numbered_name, before[agent.pk], after[agent.pk]) for agent in agents
    ])  # fmt: skip
    changed = [entry.object_id for entry in entries if entry.object_id is not None]
    Agent.objects.filter(pk__in=changed).update(version=F("version") + 1)
    caps.refresh_caps(actor=actor, agent_ids=ids)
    _publish_changed(actor, changed)


def _publish_changed(actor: Actor, agent_ids: Collection[int]) -> None:
    """Publishes that the agents changed: to colleagues, and to dispatch."""
    agents = {agent.pk: agent for agent in Agent.objects.select_related("role").filter(pk__in=agent_ids)}

    def show(event: AgentChanged) -> bus.Shown:
        agent = agents[event.agent_id]
        at_desk = agent.is_active and Permission.DESK in agent.role.permissions
        return {Audience.DESK: {"agent": agent_object(agent)}} if at_desk else {}

    events = [AgentChanged(tenant_id=each.tenant_id, actor=actor, agent_id=each.pk) for each in agents.values()]
    bus.publish_all(events, show=show)


def _leave(actor: Actor, agents: Collection[Agent], heir: str) -> None:
    """Ends sessions and presence of the agents; their conversations are handed over after commit."""
    heir_id = Agent.objects.filter(public_id=valid_id(heir), is_active=True).values_list("pk", flat=True).first()
    _sign_out(actor, agents)
    bus.publish_all(
        [AgentLeft(tenant_id=each.tenant_id, actor=actor, agent_id=each.pk, heir_id=heir_id) for each in agents]
    )


def _sign_out(actor: Actor, agents: Collection[Agent]) -> None:
    """Ends all their sessions, so that nothing more is assigned to them."""
    Session.objects.filter(agent__in=agents).delete()
    end_presences(actor=actor, agents=agents)
