"""What dispatch reads. Each query costs the same with ten agents and with thousands, most of them busy or not."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, Exists, F, OuterRef, QuerySet, When

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
from conversations.timeline.queries import Row
from core import clock
from core.settings.hours import is_open
from core.settings.resolve import resolve
from core.settings.stored import overrides_of
from core.statements import look_up, select
from core.tenancy.pool import Asked
from core.tenancy.scope import current_tenant_id
from routing.rules.planning import Waiting
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


# `_present`, for every visitor who comes: of the groups that serve the channels, those with somebody there.
THERE = """
select serving.group_id from (
  select distinct s.group_id from channels_app_channel channel join channels_app_servinggroup s
    on s.tenant_id = channel.tenant_id and s.service_account_id = channel.service_account_id
  where channel.tenant_id = %(tenant)s and channel.id = any(%(channels)s)
) serving
where exists (
  select from accounts_membership m
  join accounts_agent agent on agent.tenant_id = m.tenant_id and agent.id = m.agent_id
  join accounts_role role on role.tenant_id = agent.tenant_id and role.id = agent.role_id
  where m.tenant_id = %(tenant)s and m.group_id = serving.group_id
    and agent.is_active and agent.status = any(%(statuses)s) and agent.seen_at > %(seen)s
    and %(permission)s = any(role.permissions)
)
"""


def asked_groups_there(channel_ids: Collection[int]) -> Asked:
    """The query of the groups (`group_id`) that serve these channels and in which somebody can answer now, online or
    busy: who waits for a busy agent moves up."""
    statuses, seen = [Status.ONLINE.value, Status.BUSY.value], clock.now() - GRACE
    values = {"statuses": statuses, "seen": seen, "permission": Permission.SERVE.value}
    return Asked(THERE, {"tenant": current_tenant_id(), "channels": list(channel_ids), **values})


class Passed(NamedTuple):
    """What a dispatch passes over in the queue: channels for which nobody has room, and conversations that cannot be
    assigned (ids)."""

    channels: frozenset[int] = frozenset()
    conversations: frozenset[int] = frozenset()

    def and_also(self, more: "Passed") -> "Passed":
        """Both."""
        return Passed(self.channels | more.channels, self.conversations | more.conversations)


# The channels in which somebody waits, found by one step in an index for each, and the first of those left. So those
# who wait behind a channel that is full or closed, and whether there are any, cost the same however many it has.
BEHIND_OTHERS = """
with recursive channel (id) as (
  select min(channel_id) from conversations_conversation
  where tenant_id = %(tenant)s and service_account_id = %(account)s and state = 'queued'
  union all
  select (select min(channel_id) from conversations_conversation
    where tenant_id = %(tenant)s and service_account_id = %(account)s and state = 'queued' and channel_id > channel.id)
  from channel where channel.id is not null
)
select c.id, c.channel_id from channel cross join lateral (
  select id, channel_id, queued_at from conversations_conversation
  where tenant_id = %(tenant)s and service_account_id = %(account)s and state = 'queued' and channel_id = channel.id
    and id <> all(%(conversations)s)
  order by queued_at, id limit %(most)s
) c
where channel.id <> all(%(channels)s)
order by c.queued_at, c.id limit %(most)s
"""


def first_waiting(service_account_id: int, *, at_most: int, passed: Passed) -> list[Waiting]:
    """The longest waiting conversations of a service account, in the order of the queue."""
    if passed == Passed():
        queue = Conversation.objects.filter(service_account_id=service_account_id, state=State.QUEUED)
        first = queue.order_by("queued_at", "pk").values_list("pk", "channel_id")[:at_most]
        return [Waiting(*each) for each in first]
    rows = select(
        BEHIND_OTHERS,
        account=service_account_id,
        channels=list(passed.channels),
        conversations=list(passed.conversations),
        most=at_most,
    )
    return [Waiting(row["id"], row["channel_id"]) for row in rows]


def ready_agents(reception: Reception, *, at_most: int) -> dict[int, dict[int, int]]:
    """Channel → the agents (ids) of its open groups who can be assigned something now, the first ones by the rule, with
    how much. One query for channels that are open alike."""
    found: dict[tuple[int, ...], dict[int, int]] = {}
    for open_groups in {tuple(groups) for groups in reception.open_groups.values()}:
        found[open_groups] = _ready(reception.rule, open_groups, at_most)
    return {channel: found[tuple(groups)] for channel, groups in reception.open_groups.items()}


def _ready(rule: Rule, open_groups: Collection[int], at_most: int) -> dict[int, int]:
    order = ORDERS.get(rule)
    if order is None or not open_groups or not at_most:
        return {}
    ready = _present(open_groups).filter(HAS_ROOM).order_by(*order)
    return dict(ready.annotate(room=F("max_concurrent") - F("load")).values_list("pk", "room")[:at_most])


def lock_ready(agent_ids: Collection[int]) -> dict[int, Agent]:
    """Those of the agents who still have room, under their locks, which are taken in the order of ids."""
    locked = Agent.objects.select_for_update(of=("self",), no_key=True)
    return {agent.pk: agent for agent in locked.filter(HAS_ROOM, pk__in=agent_ids).order_by("pk")}


# The locked agents, and the first others who serve the account: an assignment says why they were not chosen.
CANDIDATES = """
select a.id, a.status, a.seen_at, a.load, a.max_concurrent, a.last_assigned_at, role.permissions,
  array(select m.group_id from accounts_membership m
    where m.tenant_id = %(tenant)s and m.agent_id = a.id and m.group_id = any(%(groups)s)) as groups
from accounts_agent a join accounts_role role on role.tenant_id = a.tenant_id and role.id = a.role_id
where a.tenant_id = %(tenant)s and a.id in (
  select unnest(%(locked)s::bigint[])
  union
  (select other.id from accounts_agent other where other.tenant_id = %(tenant)s and other.is_active and exists (
    select 1 from accounts_membership m
    where m.tenant_id = %(tenant)s and m.agent_id = other.id and m.group_id = any(%(groups)s)
  ) order by other.id limit %(most)s)
)
"""


def candidates(reception: Reception, locked: Collection[int]) -> dict[int, list[Candidate]]:
    """Channel → what the rules know of the locked agents, and of the first others. One query."""
    rows = look_up(CANDIDATES, groups=reception.groups, locked=list(locked), most=MAX_EXPLAINED)
    return {
        channel: [_candidate(row, next((each for each in open_groups if each in row["groups"]), None)) for row in rows]
        for channel, open_groups in reception.open_groups.items()
    }


def _candidate(row: Row, group_id: int | None) -> Candidate:
    return Candidate(
        agent_id=row["id"],
        # A sweep sets agents without a browser offline; in the seconds before it they are assigned nothing.
        status=Status.OFFLINE if is_absent(row["seen_at"]) else Status(row["status"]),
        load=row["load"],
        cap=row["max_concurrent"],
        may_serve=Permission.SERVE in row["permissions"],
        last_assigned_at=row["last_assigned_at"],
        in_hours=group_id is not None,
        group_id=group_id,
    )


def who_is_there(groups: Collection[int]) -> dict[int, bool]:
    """Agents (ids) of the groups who answer now, online or busy → whether each may be assigned more."""
    there = _present(groups).exclude(status__in=(Status.OFFLINE, Status.AWAY))
    return dict(there.annotate(ready=Case(When(HAS_ROOM, then=True), default=False)).values_list("pk", "ready"))


def _present(groups: Collection[int]) -> QuerySet[Agent]:
    """Members whose browser was seen within the grace, and whom the rules may choose at all."""
    member = Membership.objects.filter(agent=OuterRef("pk"), group__in=groups)
    there = Agent.objects.filter(Exists(member), is_active=True, seen_at__gt=clock.now() - GRACE)
    return there.filter(role__permissions__contains=[Permission.SERVE])


def accounts_with_waiting() -> list[int]:
    """Ids of the service accounts with waiting conversations."""
    return list(Conversation.objects.filter(state=State.QUEUED).values_list("service_account_id", flat=True).distinct())
