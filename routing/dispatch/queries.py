"""What dispatch reads. Each query costs the same with ten agents and with thousands, most of them busy or not."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from accounts.agents.rules import GRACE, is_absent
from accounts.models import Agent, Membership, Status
from accounts.models.agents import HAS_ROOM, LEAST_BUSY_FIRST, LONGEST_IDLE_FIRST
from accounts.permissions import Permission
from accounts.tenants.queries import tenant_zone
from channels_app.reception.places import chain_of
from channels_app.reception.settings import HOURS
from channels_app.service_accounts.queries import groups_serving
from conversations.models import Conversation
from conversations.states import Rule, State
from core import clock
from core.rows import select
from core.settings.hours import is_open
from core.settings.resolve import resolve
from core.settings.stored import overrides_of
from routing.rules.ranking import Candidate
from routing.rules.settings import ASSIGNMENT_RULE

ORDERS = {Rule.LEAST_BUSY: LEAST_BUSY_FIRST, Rule.ROUND_ROBIN: LONGEST_IDLE_FIRST}
MAX_EXPLAINED = 50  # agents of whom an assignment says why they were not chosen


@dataclass(frozen=True, slots=True)
class Reception:
    """Who serves a service account now: its rule, its groups in their order, and channel → those that are open."""

    rule: Rule
    groups: list[int]
    open_groups: dict[int, list[int]]


def reception_now(service_account_id: int, channel_ids: Iterable[int]) -> Reception:
    """The reception of a service account, for these of its channels; three queries."""
    groups = groups_serving(service_account_id)
    account = chain_of(account_id=service_account_id)
    chains = {
        (channel, group): chain_of(account_id=service_account_id, channel_id=channel, group_id=group)
        for channel in channel_ids
        for group in groups
    }
    places = {place for chain in (account, *chains.values()) for place in chain}
    overrides, zone, now = overrides_of([HOURS.name, ASSIGNMENT_RULE.name], places), tenant_zone(), clock.now()
    open_groups: dict[int, list[int]] = {channel: [] for channel in channel_ids}
    for (channel, group), chain in chains.items():
        if is_open(resolve(HOURS, overrides, chain).value.within(zone), now):
            open_groups[channel].append(group)
    return Reception(resolve(ASSIGNMENT_RULE, overrides, account).value, groups, open_groups)


# `_present`, for every visitor who comes: built by the model it would cost several times as much.
THERE = """
select 1 from accounts_agent agent
where agent.tenant_id = %(tenant)s and agent.is_active and agent.status = any(%(statuses)s) and agent.seen_at > %(seen)s
  and exists (
    select from accounts_membership m
    where m.tenant_id = agent.tenant_id and m.agent_id = agent.id and m.group_id = any(%(groups)s)
  )
  and exists (
    select from accounts_role role
    where role.tenant_id = agent.tenant_id and role.id = agent.role_id and %(permission)s = any(role.permissions)
  )
limit 1
"""


def is_somebody_there(groups: Collection[int]) -> bool:
    """Whether somebody of these groups can answer now, online or busy: who waits for a busy agent moves up."""
    statuses, seen = [Status.ONLINE.value, Status.BUSY.value], clock.now() - GRACE
    values = {"statuses": statuses, "seen": seen, "permission": Permission.SERVE.value}
    return bool(groups and select(THERE, groups=list(groups), **values))


def ready_agents(rule: Rule, open_groups: Collection[int], *, at_most: int) -> list[int]:
    """Ids of the agents of these groups who can be assigned something now, the first ones by the rule."""
    order = ORDERS.get(rule)
    if order is None:
        return []
    ready = _present(open_groups).filter(HAS_ROOM)
    return list(ready.order_by(*order).values_list("pk", flat=True)[:at_most])


def lock_ready(agent_ids: Collection[int]) -> dict[int, Agent]:
    """Those of the agents who still have room, under their locks, which are taken in the order of ids."""
    locked = Agent.objects.select_for_update(of=("self",)).select_related("role")
    return {agent.pk: agent for agent in locked.filter(HAS_ROOM, pk__in=agent_ids).order_by("pk")}


def candidates(reception: Reception, ready: Mapping[int, Agent]) -> dict[int, list[Candidate]]:
    """Channel → what the rules know of the locked agents, and of the first others who serve the account, too: an
    assignment says why they were not chosen. Two queries."""
    others = _members(reception.groups).select_related("role").order_by("pk")[:MAX_EXPLAINED]
    known = {agent.pk: agent for agent in others} | dict(ready)
    own: dict[int, set[int]] = {}
    memberships = Membership.objects.filter(agent__in=known, group__in=reception.groups)
    for agent_id, group_id in memberships.values_list("agent_id", "group_id"):
        own.setdefault(agent_id, set()).add(group_id)
    return {
        channel: [
            _candidate(known[agent_id], next((group for group in open_groups if group in theirs), None))
            for agent_id, theirs in own.items()
        ]
        for channel, open_groups in reception.open_groups.items()
    }


def _candidate(agent: Agent, group_id: int | None) -> Candidate:
    return Candidate(
        agent_id=agent.pk,
        # A sweep sets agents without a browser offline; in the seconds before it they are assigned nothing.
        status=Status.OFFLINE if is_absent(agent.seen_at) else Status(agent.status),
        load=agent.load,
        cap=agent.max_concurrent,
        may_serve=Permission.SERVE in agent.role.permissions,
        last_assigned_at=agent.last_assigned_at,
        in_hours=group_id is not None,
        group_id=group_id,
    )


def _members(groups: Collection[int]) -> QuerySet[Agent]:
    member = Membership.objects.filter(agent=OuterRef("pk"), group__in=groups)
    return Agent.objects.filter(Exists(member), is_active=True)


def _present(groups: Collection[int]) -> QuerySet[Agent]:
    """Members whose browser was seen within the grace, and whom the rules may choose at all."""
    return _members(groups).filter(seen_at__gt=clock.now() - GRACE, role__permissions__contains=[Permission.SERVE])


def accounts_with_waiting() -> list[int]:
    """Ids of the service accounts with waiting conversations."""
    return list(Conversation.objects.filter(state=State.QUEUED).values_list("service_account_id", flat=True).distinct())
