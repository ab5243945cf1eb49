"""The numbers as reports read them: sums of rollups, and of facts where sums cannot be added up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum

from accounts.models import Agent
from accounts.permissions import Permission
from channels_app.models import Channel
from channels_app.service_accounts.queries import members_serving
from core import clock
from core.models import LoggedEvent
from stats.metrics.registry import Sums
from stats.models import AgentFact, ConversationFact, DayRollup
from stats.reports.periods import Days

ADDED = ("conversations", "customer_messages", "human_conversations", "answered_conversations", "first_responses",
         "first_response_ms", "handover_responses", "handover_response_ms")  # fmt: skip
# Of several agents a conversation counts once, however many of them held it.
OF_PARTS = {
    "conversations": Count("conversation_id", distinct=True),
    "customers": Count("customer_id", distinct=True),
    "customer_messages": Sum("customer_messages"),
    "human_conversations": Count("conversation_id", distinct=True),
    "answered_conversations": Count("conversation_id", distinct=True, filter=Q(replied=True)),
    "first_responses": Count("first_response_ms"),
    "first_response_ms": Sum("first_response_ms"),
    "handover_responses": Count("handover_response_ms"),
    "handover_response_ms": Sum("handover_response_ms"),
}


@dataclass(frozen=True)
class Selection:
    """What a report is about. `agent`, `group`: only the parts of this agent, only those given through this group.

    `nothing` is what a filter that means nothing selects: no row at all.
    """

    days: Days
    channel: int | None = None
    service_account: int | None = None
    group: int | None = None
    agent: int | None = None
    nothing: bool = False

    @property
    def of_parts(self) -> bool:
        """Whether it is about parts of agents, not about everything that happened."""
        return self.agent is not None or self.group is not None

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The facts or rollups that are meant; rollups know no groups."""
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
    """What one agent did."""

    agent: Agent
    sums: Sums


def _sums(row: Mapping[str, Any]) -> Sums:
    return Sums(**{name: row.get(name) or 0 for name in Sums.__slots__})


def total(selection: Selection) -> Sums:
    """The sums of all days together: of everything, or of the parts of the selected agents."""
    if selection.of_parts:
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
    if selection.of_parts:
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
    """The agents who held something, deleted ones with the name they had; and those who could have, with nothing."""
    sums = _sums_of_agents(selection)
    shown = Agent.objects.filter(Q(pk__in=sums) | Q(pk__in=_who_could(selection).values("pk")))
    return [Workload(agent, sums.get(agent.pk, Sums())) for agent in shown.order_by("number", "pk")]


def _sums_of_agents(selection: Selection) -> dict[int, Sums]:
    """Added up by day, or from the facts where a group is meant: each conversation is one part of an agent."""
    facts = selection.of(AgentFact.objects.all()).order_by().values("agent_id")
    if selection.group is not None:
        return {row["agent_id"]: _sums(row) for row in facts.annotate(**OF_PARTS)}
    distinct = facts.annotate(customers=Count("customer_id", distinct=True))
    customers = dict(distinct.values_list("agent_id", "customers"))
    rollups = selection.of(DayRollup.objects.filter(agent__isnull=False)).order_by().values("agent_id")
    return {
        row["agent_id"]: _sums(
            {name: row[f"sum_{name}"] for name in ADDED} | {"customers": customers.get(row["agent_id"], 0)}
        )
        for row in rollups.annotate(**{f"sum_{name}": Sum(name) for name in ADDED})
    }


def _who_could(selection: Selection) -> QuerySet[Agent]:
    """Enabled agents whom the rules give conversations: of a group its members, of a service account who serves it."""
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
    """Everything before this moment is in the numbers."""
    oldest = LoggedEvent.objects.filter(counted=False).aggregate(oldest=Min("at"))["oldest"]
    return oldest or clock.now()
