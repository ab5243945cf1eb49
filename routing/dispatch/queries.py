"""What dispatch reads. Each query costs the same with ten agents and with thousands, most of them busy or not."""

from collections.abc import Collection
from typing import Any, NamedTuple

from accounts.agents.rules import is_absent
from accounts.models import Agent, Status
from accounts.permissions import Permission
from conversations.models import Conversation
from conversations.states import Rule, State
from conversations.timeline.queries import Row
from core.statements import columns_of, look_up, look_up_objects
from core.tenancy.scope import current_tenant_id
from routing.reception.queries import HAS_ROOM, IN_GROUPS, PRESENT, Reception, presence
from routing.rules.planning import Waiting
from routing.rules.ranking import Candidate

MAX_EXPLAINED = 50  # agents of whom an assignment says why they were not chosen


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


FIRST = """
select id, channel_id from conversations_conversation
where tenant_id = %(tenant)s and service_account_id = %(account)s and state = 'queued'
order by queued_at, id limit %(most)s
"""


def first_waiting(service_account_id: int, *, at_most: int, passed: Passed) -> list[Waiting]:
    """The longest waiting conversations of a service account, in the order of the queue."""
    statement, values = FIRST, dict[str, Any](account=service_account_id, most=at_most)
    if passed != Passed():
        others = {"channels": list(passed.channels), "conversations": list(passed.conversations)}
        statement, values = BEHIND_OTHERS, values | others
    return [Waiting(row["id"], row["channel_id"]) for row in look_up(statement, **values)]


def ready_agents(reception: Reception, *, at_most: int) -> dict[int, dict[int, int]]:
    """Channel → the agents (ids) of its open groups who can be assigned something now, the first ones by the rule, with
    how much. One query for channels that are open alike."""
    found: dict[tuple[int, ...], dict[int, int]] = {}
    for open_groups in {tuple(groups) for groups in reception.open_groups.values()}:
        found[open_groups] = _ready(reception.rule, open_groups, at_most)
    return {channel: found[tuple(groups)] for channel, groups in reception.open_groups.items()}


# By rule. The orders are those of `LEAST_BUSY_FIRST`, which has an index, and `LONGEST_IDLE_FIRST`.
LONGEST_IDLE = "a.last_assigned_at nulls first, a.id"
READY = {
    rule: f"""
select a.id, a.max_concurrent - a.load as room from accounts_agent a where {HAS_ROOM} and {PRESENT} and {IN_GROUPS}
order by {order} limit %(most)s
"""  # noqa: S608 – constants
    for rule, order in (
        (Rule.LEAST_BUSY, f"a.load::double precision / a.max_concurrent, {LONGEST_IDLE}"),
        (Rule.ROUND_ROBIN, LONGEST_IDLE),
    )
}


def _ready(rule: Rule, open_groups: Collection[int], at_most: int) -> dict[int, int]:
    statement = READY.get(rule)
    if statement is None or not open_groups or not at_most:
        return {}
    rows = look_up(statement, groups=list(open_groups), most=at_most, **presence())
    return {row["id"]: row["room"] for row in rows}


LOCK_READY = f"""
select {columns_of(Agent, "a")} from accounts_agent a
where a.tenant_id = %(tenant)s and a.id = any(%(agents)s) and {HAS_ROOM} order by a.id for no key update
"""  # noqa: S608 – constants


def lock_ready(agent_ids: Collection[int]) -> dict[int, Agent]:
    """Those of the agents who still have room, under their locks, which are taken in the order of ids."""
    found = look_up_objects(LOCK_READY, Agent, tenant=current_tenant_id(), agents=list(agent_ids))
    return {agent.pk: agent for (agent,) in found}


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


def accounts_with_waiting() -> list[int]:
    """Ids of the service accounts with waiting conversations."""
    return list(Conversation.objects.filter(state=State.QUEUED).values_list("service_account_id", flat=True).distinct())
