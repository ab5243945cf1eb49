"""What counting reads: conversations, their events, who took part; of the numbers made before only where they stand."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Max, Min, Q

from accounts.tenants.queries import zone_of_tenant
from conversations.history.queries import with_answers
from conversations.models import Conversation, Participation
from core.days import begin_of, day_of, end_of
from core.models import LoggedEvent
from stats.engine import facts
from stats.engine.facts import Step, Talk
from stats.models import AgentFact, ConversationFact, DayRollup

Days = tuple[date, date]
COLUMNS = ("pk", "tenant_id", "customer_id", "channel_id", "service_account_id", "opened_at", "asked_at",
           "first_response_at", "first_response_by_id")  # fmt: skip


class Part(NamedTuple):
    """An agent's part: who, given through which group and when (or asked, where that came later), answered when."""

    agent: int
    group: int | None
    since: datetime
    answered: datetime | None

    @property
    def response_ms(self) -> int | None:
        """From the one to the other."""
        return facts.whole_milliseconds(self.answered - self.since) if self.answered else None


def facts_from_tables(conversations: Sequence[int]) -> tuple[list[ConversationFact], list[AgentFact]]:
    """The facts of these conversations, not saved. One in which no customer wrote has none."""
    zone, talks, parts = zone_of_tenant(), _talks(conversations), _parts(conversations)
    of_all: list[ConversationFact] = []
    of_agents: list[AgentFact] = []
    for row in Conversation.objects.filter(pk__in=conversations).only(*COLUMNS):
        talk, held = talks[row.pk], parts[row.pk]
        if talk.customer_messages:
            of_all.append(_conversation_fact(row, talk, zone, human=bool(held)))
            of_agents.extend(_agent_fact(row, talk, zone, part) for part in held)
    return of_all, of_agents


def _talks(conversations: Sequence[int]) -> dict[int, Talk]:
    events = LoggedEvent.objects.filter(conversation_id__in=conversations, name__in=facts.NAMES)
    steps: dict[int, list[Step]] = defaultdict(list)
    for conversation, *step in events.order_by("conversation_id", "seq").values_list(
        "conversation_id", "name", "actor_kind", "actor_id", "data"
    ):
        if conversation is not None:
            steps[conversation].append(facts.step_of(*step))
    return defaultdict(Talk, {conversation: facts.fold(found) for conversation, found in steps.items()})


def _parts(conversations: Sequence[int]) -> dict[int, list[Part]]:
    parts: dict[int, list[Part]] = defaultdict(list)
    held = with_answers(Participation.objects.filter(conversation_id__in=conversations))
    for conversation, *part in held.values_list("conversation_id", "agent_id", "group_id", "since", "answered_at"):
        parts[conversation].append(Part(*part))
    return parts


def _shared(row: Conversation, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "tenant_id": row.tenant_id,
        "conversation_id": row.pk,
        "day": day_of(row.opened_at, zone),
        "customer_id": row.customer_id,
        "channel_id": row.channel_id,
        "service_account_id": row.service_account_id,
    }


def _first_response_ms(row: Conversation) -> int | None:
    """From the customer's first message."""
    if row.first_response_at is None or row.asked_at is None:
        return None
    return facts.whole_milliseconds(row.first_response_at - row.asked_at)


def _conversation_fact(row: Conversation, talk: Talk, zone: ZoneInfo, *, human: bool) -> ConversationFact:
    response = _first_response_ms(row) if human else None
    return ConversationFact(
        **_shared(row, zone),
        customer_messages=talk.customer_messages,
        human=human,
        replied=response is not None,
        first_response_ms=response,
    )


def _agent_fact(row: Conversation, talk: Talk, zone: ZoneInfo, part: Part) -> AgentFact:
    return AgentFact(
        **_shared(row, zone),
        agent_id=part.agent,
        group_id=part.group,
        customer_messages=talk.received[part.agent],
        replied=part.agent in talk.wrote,
        first_response_ms=_first_response_ms(row) if row.first_response_by_id == part.agent else None,
        handover_response_ms=part.response_ms,
    )


def conversations_of_days(since: date, until: date) -> list[int]:
    """Conversations that began on these days, and those whose facts stand there."""
    zone = zone_of_tenant()
    began = Q(opened_at__gte=begin_of(since, zone), opened_at__lt=end_of(until, zone))
    found = set(Conversation.objects.filter(began).values_list("pk", flat=True))
    for model in (ConversationFact, AgentFact):
        found |= set(model.objects.filter(day__range=(since, until)).values_list("conversation_id", flat=True))
    return sorted(found)


def places_of_days(since: date, until: date) -> set[tuple[date, int, int]]:
    """Where sums stand or should stand."""
    found: set[tuple[date, int, int]] = set()
    for model in (ConversationFact, AgentFact, DayRollup):
        rows = model.objects.filter(day__range=(since, until)).distinct()
        found |= set(rows.values_list("day", "channel_id", "service_account_id"))
    return found


def months_with_numbers() -> Iterator[Days]:
    """From the first day that has or should have numbers to the last, month by month."""
    zone = zone_of_tenant()
    moments = Conversation.objects.aggregate(first=Min("opened_at"), last=Max("opened_at")).values()
    days = [day_of(moment, zone) for moment in moments if moment is not None]
    for model in (ConversationFact, AgentFact, DayRollup):
        ends = model.objects.aggregate(first=Min("day"), last=Max("day")).values()
        days += [day for day in ends if day is not None]
    since, last = min(days, default=date.max), max(days, default=date.min)
    while since <= last:
        until = min(end_of_month(since), last)
        yield since, until
        since = until + timedelta(days=1)


def end_of_month(day: date) -> date:
    """The last day of the day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
