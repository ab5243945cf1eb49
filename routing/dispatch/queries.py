"""What dispatch reads."""

from collections.abc import Collection
from typing import NamedTuple

from accounts.agents.queries import agents_with_load
from accounts.agents.rules import is_absent
from accounts.models import Status
from accounts.permissions import Permission
from accounts.tenants.queries import tenant_zone
from channels_app.reception.places import chain_of
from channels_app.reception.settings import HOURS
from channels_app.service_accounts.queries import members_serving
from conversations.models import Conversation
from conversations.states import Rule, State
from core import clock
from core.settings.hours import is_open
from core.settings.resolve import resolve
from core.settings.stored import overrides_of
from routing.rules.ranking import Candidate
from routing.rules.settings import ASSIGNMENT_RULE


class Waiting(NamedTuple):
    """A waiting conversation, its service account and channel (ids)."""

    conversation_id: int
    service_account_id: int
    channel_id: int


class Reception(NamedTuple):
    """The rule and the candidates for a conversation, now."""

    rule: Rule
    candidates: list[Candidate]


def reception(waiting: Waiting) -> Reception:
    """The service account's rule, and the enabled agents in the groups that serve it. A constant number of queries."""
    account_id, channel_id = waiting.service_account_id, waiting.channel_id
    members = members_serving(account_id)
    chains = {
        group: chain_of(account_id=account_id, channel_id=channel_id, group_id=group)
        for group in {group for groups in members.values() for group in groups}
    }
    chain_of_channel = chain_of(account_id=account_id, channel_id=channel_id)
    places = {place for chain in (chain_of_channel, *chains.values()) for place in chain}
    overrides = overrides_of([HOURS.name, ASSIGNMENT_RULE.name], places)
    zone, now = tenant_zone(), clock.now()
    open_groups = {
        group for group, chain in chains.items() if is_open(resolve(HOURS, overrides, chain).value.within(zone), now)
    }
    return Reception(resolve(ASSIGNMENT_RULE, overrides, chain_of_channel).value, _candidates(members, open_groups))


def _candidates(members: dict[int, list[int]], open_groups: set[int]) -> list[Candidate]:
    agents = agents_with_load().select_related("role").filter(pk__in=members, is_active=True)
    through = {agent: [group for group in groups if group in open_groups] for agent, groups in members.items()}
    return [
        Candidate(
            agent_id=agent.pk,
            # A sweep sets agents without a browser offline; in the seconds before it they are assigned nothing.
            status=Status.OFFLINE if is_absent(agent.seen_at) else Status(agent.status),
            load=getattr(agent, "load"),  # noqa: B009 – annotated
            cap=agent.max_concurrent,
            may_serve=Permission.SERVE in agent.role.permissions,
            last_assigned_at=agent.last_assigned_at,
            in_hours=bool(through[agent.pk]),
            group_id=next(iter(through[agent.pk]), None),
        )
        for agent in agents
    ]


def next_waiting(service_account_id: int, *, skipped_channels: Collection[int] = ()) -> Waiting | None:
    """The longest waiting conversation, locked, leaving out `skipped_channels`.

    Dispatchers wait for the lock instead of skipping it: a visitor's message locks the row for a moment too, and
    skipping would leave the longest wait unserved until the sweep.
    """
    found = (
        Conversation.objects.select_for_update()
        .filter(service_account_id=service_account_id, state=State.QUEUED)
        .exclude(channel_id__in=list(skipped_channels))
        .order_by("queued_at", "pk")
        .values_list("pk", "service_account_id", "channel_id")
        .first()
    )
    return Waiting(*found) if found else None


def accounts_with_waiting() -> list[int]:
    """Ids of the service accounts with waiting conversations."""
    return list(Conversation.objects.filter(state=State.QUEUED).values_list("service_account_id", flat=True).distinct())
