"""Reads of reports: sums of rollups, and of facts where sums by day cannot be added."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Min, Q, QuerySet

from accounts.models import Agent
from accounts.permissions import Permission
from channels_app.models import Channel
from channels_app.service_accounts.queries import members_serving
from core import clock
from core.models import LoggedEvent
from stats.engine import measures
from stats.engine.measures import Sums
from stats.models import AgentFact, ConversationFact, DayRollup
from stats.reports.periods import Days


@dataclass(frozen=True)
class Selection:
    """What a report is about. `agent`, `group`: only parts of this agent, only those assigned through this group.

    `nothing` selects no rows, for a filter that matches nothing.
    """

    days: Days
    channel: int | None = None
    service_account: int | None = None
    group: int | None = None
    agent: int | None = None
    nothing: bool = False

    @property
    def of_parts(self) -> bool:
        """Whether it is about agents' parts rather than whole conversations."""
        return self.agent is not None or self.group is not None

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The selected facts or rollups; rollups have no groups."""
        places = {
            "channel_id": self.channel,
            "service_account_id": self.service_account,
            "group_id": self.group,
            "agent_id": self.agent,
        }
        wanted = {name: value for name, value in places.items() if value is not None}
        found = rows.filter(day__range=(self.days.since, self.days.until), **wanted)
        return found.none() if self.nothing else found


@dataclass(frozen=True)
class Workload:
    """An agent and their sums."""

    agent: Agent
    sums: Sums


def total(selection: Selection) -> Sums:
    """The sums over all days: of all conversations, or of the parts of the selected agents."""
    if selection.of_parts:
        return parts_total(selection)
    rollups = selection.of(DayRollup.objects.filter(agent=None))
    facts = selection.of(ConversationFact.objects.all())
    return Sums.read(rollups.aggregate(**measures.over_rollups()) | facts.aggregate(**measures.over_facts()))


def parts_total(selection: Selection) -> Sums:
    """The sums over the parts of the selected agents, or of all agents."""
    return Sums.read(selection.of(AgentFact.objects.all()).aggregate(**measures.over_parts()))


def by_day(selection: Selection) -> dict[date, Sums]:
    """As `total` by day, for days with numbers."""
    return sums_by("day", selection)


def sums_by(column: str, selection: Selection) -> dict[Any, Sums]:
    """As `total` by day, channel or service account, for values with numbers."""
    if selection.of_parts:
        return _sums_of_parts(column, selection)
    return _added_up(column, selection, DayRollup.objects.filter(agent=None), ConversationFact.objects.all())


def _sums_of_parts(column: str, selection: Selection) -> dict[Any, Sums]:
    rows = selection.of(AgentFact.objects.all()).order_by().values(column).annotate(**measures.over_parts())
    return {row[column]: Sums.read(row) for row in rows}


def _added_up(column: str, selection: Selection, rollups: QuerySet[Any], facts: QuerySet[Any]) -> dict[Any, Sums]:
    """Sums of rollups, and of the facts for measures that rollups do not keep."""
    counted = selection.of(facts).order_by().values(column).annotate(**measures.over_facts())
    others = {row[column]: row for row in counted}
    rows = selection.of(rollups).order_by().values(column).annotate(**measures.over_rollups())
    return {row[column]: Sums.read(others.get(row[column], {}) | row) for row in rows}


def by_agent(selection: Selection) -> list[Workload]:
    """Agents with parts, deleted ones too, and those without who could have had some."""
    sums = _sums_of_agents(selection)
    shown = Agent.objects.filter(Q(pk__in=sums) | Q(pk__in=_who_could(selection).values("pk")))
    return [Workload(agent, sums.get(agent.pk, Sums())) for agent in shown.order_by("number", "pk")]


def _sums_of_agents(selection: Selection) -> dict[int, Sums]:
    """Summed from rollups, or where a group is selected from the facts: each conversation is one part of an agent."""
    if selection.group is not None:
        return _sums_of_parts("agent_id", selection)
    return _added_up("agent_id", selection, DayRollup.objects.filter(agent__isnull=False), AgentFact.objects.all())


def _who_could(selection: Selection) -> QuerySet[Agent]:
    """Enabled agents to whom rules assign conversations: members of the selected group, or of those that serve the
    selected account."""
    rows = Agent.objects.filter(is_active=True, deleted_at=None, role__permissions__contains=[Permission.SERVE])
    account = selection.service_account
    if selection.channel is not None and account is None:
        account = Channel.objects.values_list("service_account_id", flat=True).get(pk=selection.channel)
    if account is not None:
        rows = rows.filter(pk__in=members_serving(account))
    if selection.group is not None:
        rows = rows.filter(memberships__group=selection.group)
    if selection.agent is not None:
        rows = rows.filter(pk=selection.agent)
    return rows.none() if selection.nothing else rows


def counted_until() -> datetime:
    """The time until which all events are counted."""
    oldest = LoggedEvent.objects.filter(counted=False).aggregate(oldest=Min("at"))["oldest"]
    return oldest or clock.now()
