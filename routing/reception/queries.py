"""Who serves a service account now: its groups that are open, and the agents in them who are there."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from accounts.agents.rules import GRACE
from accounts.permissions import Permission
from channels_app.reception.inherited import asked_inherited, read_inherited
from channels_app.reception.settings import HOURS
from conversations.states import Rule
from core import clock
from core.settings.hours import is_open
from core.statements import Asked, fetch_here, look_up
from core.tenancy.scope import current_tenant_id
from routing.rules.settings import ASSIGNMENT_RULE

NAMES = (HOURS.name, ASSIGNMENT_RULE.name)


@dataclass(frozen=True, slots=True)
class Reception:
    """Who serves a service account now: its rule, its groups in their order, and channel → those that are open."""

    rule: Rule
    groups: list[int]
    open_groups: dict[int, list[int]]


def reception_now(channel_ids: Collection[int]) -> Reception:
    """The reception of a service account, for some of its channels; one query."""
    (rows,) = fetch_here(asked_inherited(channel_ids, NAMES))
    channels, now = read_inherited(rows, NAMES), clock.now()
    open_groups = {
        each.channel_id: [group for group in each.groups if is_open(each.hours(group), now)] for each in channels
    }
    return Reception(channels[0].value(ASSIGNMENT_RULE), channels[0].groups, open_groups)


# Of an agent `a`: somebody's browser shows the desk, and the rules may choose the agent at all.
PRESENT = """
a.tenant_id = %(tenant)s and a.is_active and a.seen_at > %(seen)s and exists (
  select from accounts_role role where role.tenant_id = a.tenant_id and role.id = a.role_id
    and %(serve)s = any(role.permissions)
)"""
IN_GROUPS = """
exists (
  select from accounts_membership m
  where m.tenant_id = %(tenant)s and m.agent_id = a.id and m.group_id = any(%(groups)s)
)"""
HAS_ROOM = "a.is_active and a.status = 'online' and a.load < a.max_concurrent"  # as the model's, which has an index
ANSWERS = "a.status in ('online', 'busy')"  # who waits for a busy agent moves up


def presence() -> dict[str, Any]:
    """The values of `PRESENT` beside the tenant."""
    return {"seen": clock.now() - GRACE, "serve": Permission.SERVE.value}


# For every visitor who comes: of the groups that serve the channels, those with somebody there.
THERE = f"""
select serving.group_id from (
  select distinct s.group_id from channels_app_channel channel join channels_app_servinggroup s
    on s.tenant_id = channel.tenant_id and s.service_account_id = channel.service_account_id
  where channel.tenant_id = %(tenant)s and channel.id = any(%(channels)s)
) serving
where exists (
  select from accounts_membership m join accounts_agent a on a.tenant_id = m.tenant_id and a.id = m.agent_id
  where m.tenant_id = %(tenant)s and m.group_id = serving.group_id and {ANSWERS} and {PRESENT}
)
"""  # noqa: S608 – constants


def asked_groups_there(channel_ids: Collection[int]) -> Asked:
    """The query of the groups (`group_id`) that serve these channels and in which somebody can answer now, online or
    busy."""
    return Asked(THERE, {"tenant": current_tenant_id(), "channels": list(channel_ids), **presence()})


WHO_IS_THERE = f"""
select a.id, {HAS_ROOM} as ready from accounts_agent a where {ANSWERS} and {PRESENT} and {IN_GROUPS}
"""  # noqa: S608 – constants


def who_is_there(groups: Collection[int]) -> dict[int, bool]:
    """Agents (ids) of the groups who answer now, online or busy → whether each may be assigned more."""
    rows = look_up(WHO_IS_THERE, groups=list(groups), **presence())
    return {row["id"]: row["ready"] for row in rows}
