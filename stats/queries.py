"""The numbers as reports read them: sums of rollups, and of facts where sums cannot be added up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum

from accounts.models import Agent
from core import clock
from core.models import LoggedEvent
from stats.metrics import Sums
from stats.models import AgentFact, ConversationFact, DayRollup
from stats.periods import Days

ADDED = ("conversations", "customer_messages", "human_conversations", "answered_conversations", "first_responses",
         "first_response_ms")  # fmt: skip
# Of several agents a conversation counts once, however many of them held it.
OF_PARTS = {
    "conversations": Count("conversation_id", distinct=True),
    "customers": Count("customer_id", distinct=True),
    "customer_messages": Sum("customer_messages"),
    "human_conversations": Count("conversation_id", distinct=True),
    "answered_conversations": Count("conversation_id", distinct=True, filter=Q(replied=True)),
    "first_responses": Count("first_response_ms"),
    "first_response_ms": Sum("first_response_ms"),
}


@dataclass(frozen=True)
class Selection:
    """What a report is about. `agents`: only the parts of these; None for everything that happened."""

    days: Days
    channel: int | None = None
    service_account: int | None = None
    agents: tuple[int, ...] | None = None

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The facts or rollups that are meant."""
        places = {"channel_id": self.channel, "service_account_id": self.service_account}
        wanted: dict[str, Any] = {name: value for name, value in places.items() if value is not None}
        if self.agents is not None:
            wanted["agent_id__in"] = self.agents
        return rows.filter(day__range=(self.days.since, self.days.until), **wanted)


@dataclass(frozen=True)
class Workload:
    """What one agent did."""

    agent: Agent
    sums: Sums


def _sums(row: Mapping[str, Any]) -> Sums:
    return Sums(**{name: row.get(name) or 0 for name in Sums.__slots__})


def total(selection: Selection) -> Sums:
    """The sums of all days together: of everything, or of the parts of the selected agents."""
    if selection.agents is not None:
        return parts_total(selection)
    rollups = selection.of(DayRollup.objects.filter(agent=None))
    added = rollups.aggregate(**{name: Sum(name) for name in ADDED})
    facts = selection.of(ConversationFact.objects.all())
    return _sums({**added, **facts.aggregate(customers=Count("customer_id", distinct=True))})


def parts_total(selection: Selection) -> Sums:
    """The sums of the parts of the selected agents, or of all agents."""
    return _sums(selection.of(AgentFact.objects.all()).aggregate(**OF_PARTS))


def by_day(selection: Selection) -> dict[date, Sums]:
    """As `total`, for each day that has something."""
    if selection.agents is not None:
        rows = selection.of(AgentFact.objects.all()).order_by().values("day").annotate(**OF_PARTS)
        return {row["day"]: _sums(row) for row in rows}
    rollups = selection.of(DayRollup.objects.filter(agent=None)).order_by().values("day")
    facts = selection.of(ConversationFact.objects.all()).order_by().values("day")
    customers = dict(facts.annotate(customers=Count("customer_id", distinct=True)).values_list("day", "customers"))
    added = rollups.annotate(**{f"sum_{name}": Sum(name) for name in ADDED})
    return {
        row["day"]: _sums({name: row[f"sum_{name}"] for name in ADDED} | {"customers": customers.get(row["day"], 0)})
        for row in added
    }


def by_agent(selection: Selection) -> list[Workload]:
    """The agents who held something, deleted ones with the name they had."""
    rollups = selection.of(DayRollup.objects.filter(agent__isnull=False)).order_by().values("agent_id")
    added = {row["agent_id"]: row for row in rollups.annotate(**{f"sum_{name}": Sum(name) for name in ADDED})}
    facts = selection.of(AgentFact.objects.all()).order_by().values("agent_id")
    distinct = facts.annotate(customers=Count("customer_id", distinct=True))
    customers = dict(distinct.values_list("agent_id", "customers"))
    return [
        Workload(
            agent,
            _sums({name: row[f"sum_{name}"] for name in ADDED} | {"customers": customers.get(agent.pk, 0)}),
        )
        for agent in Agent.objects.filter(pk__in=added).order_by("number", "pk")
        if (row := added[agent.pk])
    ]


def counted_until() -> datetime:
    """Everything before this moment is in the numbers."""
    oldest = LoggedEvent.objects.filter(counted=False).aggregate(oldest=Min("at"))["oldest"]
    return oldest or clock.now()
