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
from core.settings.hours import is_open
from core.settings.resolve import resolve
from core.settings.stored import overrides_of
from routing.rules.ranking import Candidate
from routing.rules.settings import ASSIGNMENT_RULE

ORDERS = {Rule.LEAST_BUSY: LEAST_BUSY_FIRST, Rule.ROUND_ROBIN: LONGEST_IDLE_FIRST}
MAX_EXPLAINED = 50  # agents of whom an assignment says why they were not chosen


@dataclass(frozen=True, slots=True)
class Reception:
    """Who serves a channel now: the rule of its service account, and the serving groups in their order, the open ones
    and all."""

    rule: Rule
    open_groups: tuple[int, ...]
    groups: tuple[int, ...]


def receptions(service_account_id: int, channel_ids: Iterable[int]) -> dict[int, Reception]:
    """The reception of each of these channels of a service account, now; three queries."""
    groups = groups_serving(service_account_id)
    here = {each: chain_of(account_id=service_account_id, channel_id=each) for each in channel_ids}
    chains = {
        (channel, group): chain_of(account_id=service_account_id, channel_id=channel, group_id=group)
        for channel in here
        for group in groups
    }
    places = {place for chain in (*here.values(), *chains.values()) for place in chain}
    overrides, zone, now = overrides_of([HOURS.name, ASSIGNMENT_RULE.name], places), tenant_zone(), clock.now()

    def are_open(channel: int, group: int) -> bool:
        return is_open(resolve(HOURS, overrides, chains[channel, group]).value.within(zone), now)

    return {
        channel: Reception(
            resolve(ASSIGNMENT_RULE, overrides, chain).value,
            tuple(group for group in groups if are_open(channel, group)),
            tuple(groups),
        )
        for channel, chain in here.items()
    }


def is_somebody_there(groups: Collection[int]) -> bool:
    """Whether somebody of these groups can answer now, online or busy: who waits for a busy agent moves up."""
    return _present(groups).filter(status__in=(Status.ONLINE, Status.BUSY)).exists()


def ready_agents(reception: Reception, *, at_most: int) -> list[int]:
    """Ids of the agents who can be assigned something on the channel now, the first ones by the rule."""
    order = ORDERS.get(reception.rule)
    if order is None:
        return []
    ready = _present(reception.open_groups).filter(HAS_ROOM)
    return list(ready.order_by(*order).values_list("pk", flat=True)[:at_most])


def lock_ready(agent_ids: Collection[int]) -> dict[int, Agent]:
    """Those of the agents who still have room, under their locks, which are taken in the order of ids."""
    locked = Agent.objects.select_for_update(of=("self",)).select_related("role")
    return {agent.pk: agent for agent in locked.filter(HAS_ROOM, pk__in=agent_ids).order_by("pk")}


def candidates_of(reception: Reception, ready: Mapping[int, Agent]) -> list[Candidate]:
    """What the rules know of the locked agents, and of the first others who serve the account, too: an assignment says
    why they were not chosen."""
    others = _members(reception.groups).select_related("role").order_by("pk")[:MAX_EXPLAINED]
    known = {agent.pk: agent for agent in others} | dict(ready)
    memberships = Membership.objects.filter(agent__in=known, group__in=reception.groups)
    groups: dict[int, set[int]] = {}
    for agent_id, group_id in memberships.values_list("agent_id", "group_id"):
        groups.setdefault(agent_id, set()).add(group_id)
    through = {
        agent_id: next((group for group in reception.open_groups if group in own), None)
        for agent_id, own in groups.items()
    }
    return [_candidate(agent, through[agent.pk]) for agent in known.values() if agent.pk in through]


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
