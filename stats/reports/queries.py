"""Reads of reports: sums of rollups, and of facts where rollups do not know what is selected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Min, Q, QuerySet, Sum

from accounts.models import Agent
from accounts.permissions import Permission
from channels_app.models import Channel
from channels_app.service_accounts.queries import members_serving
from core import clock
from core.models import LoggedEvent
from stats.engine import measures
from stats.engine.measures import Sums
from stats.models import AgentFact, ConversationFact, CustomerRollup, DayRollup
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


@dataclass(frozen=True)
class Source:
    """Where sums are read: the rollups, and the facts that they sum up."""

    facts: type[ConversationFact | AgentFact]
    rollups: Q


WHOLE = Source(ConversationFact, Q(of_parts=False))
TOGETHER = Source(AgentFact, Q(of_parts=True, agent=None))  # all agents' parts: a conversation counts once
EACH = Source(AgentFact, Q(of_parts=True, agent__isnull=False))


def total(selection: Selection) -> Sums:
    """The sums over all days: of all conversations, or of the parts of the selected agents."""
    return _one(sums_by("tenant_id", selection))


def parts_total(selection: Selection) -> Sums:
    """The sums over the parts of the selected agents, or of all agents."""
    return _one(_sums("tenant_id", selection, TOGETHER if selection.agent is None else EACH))


def _one(found: dict[Any, Sums]) -> Sums:
    return next(iter(found.values()), Sums())


def by_day(selection: Selection) -> dict[date, Sums]:
    """As `total` by day, for days with numbers."""
    return sums_by("day", selection)


def sums_by(column: str, selection: Selection) -> dict[Any, Sums]:
    """As `total` by day, channel or service account, for values with numbers."""
    return _sums(column, selection, WHOLE if selection.agent is None else EACH)


def _sums(column: str, selection: Selection, source: Source) -> dict[Any, Sums]:
    """Sums of rollups; where a group is selected, of the facts: rollups have no groups."""
    if selection.group is not None:
        rows = selection.of(AgentFact.objects.all()).order_by().values(column).annotate(**measures.over_parts())
        return {row[column]: Sums.read(row) for row in rows}
    rollups = selection.of(DayRollup.objects.filter(source.rollups)).order_by().values(column)
    others = {row[column]: row for row in _customers(column, selection, source)}
    rows = rollups.annotate(**measures.over_rollups())
    return {row[column]: Sums.read(others.get(row[column], {}) | row) for row in rows}


def _customers(column: str, selection: Selection, source: Source) -> Iterable[dict[str, Any]]:
    """Distinct customers, for `_sums`: of the facts where channel or service account matter, else of rollups."""
    if selection.channel or selection.service_account or column in ("channel_id", "service_account_id"):
        rows: QuerySet[Any] = selection.of(source.facts._default_manager.all())
        counted = measures.over_facts()
    else:
        rows = selection.of(CustomerRollup.objects.filter(source.rollups))
        counted = {measures.CUSTOMERS.alias: Sum("customers")}
        if column != "day":  # by day, each day is a range of its own, and no previous day is in it
            rows = rows.filter(Q(previous_day=None) | Q(previous_day__lt=selection.days.since))
    found: Iterable[dict[str, Any]] = rows.order_by().values(column).annotate(**counted)
    return found


def by_agent(selection: Selection) -> list[Workload]:
    """Agents with parts, deleted ones too, and those without who could have had some."""
    sums = _sums("agent_id", selection, EACH)
    shown = Agent.objects.filter(Q(pk__in=sums) | Q(pk__in=_who_could(selection).values("pk")))
    return [Workload(agent, sums.get(agent.pk, Sums())) for agent in shown.order_by("number", "pk")]


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
