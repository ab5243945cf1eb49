"""What counting reads: conversations, events, participations, and the days of existing facts and sums."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, Min, Q

from accounts.tenants.queries import zone_of_tenant
from conversations.history.queries import with_answers
from conversations.models import Conversation, Participation
from conversations.states import EndReason
from core.days import begin_of, day_of, end_of
from core.models import LoggedEvent
from stats.engine import facts, measures
from stats.engine.facts import Columns, Part, Step, Story, Talk
from stats.models import AgentFact, ConversationFact, CustomerRollup, DayRollup

Days = tuple[date, date]


def facts_from_tables(conversations: Sequence[int]) -> tuple[list[ConversationFact], list[AgentFact]]:
    """The facts of these conversations, unsaved; none for a conversation without a customer message, and none for a
    nuisance."""
    zone = zone_of_tenant()
    of_all: list[ConversationFact] = []
    of_agents: list[AgentFact] = []
    for story in _stories(conversations):
        if story.talk.customer_messages and story.row.end_reason != EndReason.SPAM:
            of_all.append(_conversation_fact(story, zone))
            of_agents.extend(_agent_fact(story, part, zone) for part in story.parts)
    return of_all, of_agents


def _stories(conversations: Sequence[int]) -> Iterator[Story]:
    talks, parts = _talks(conversations), _parts(conversations)
    for values in Conversation.objects.filter(pk__in=conversations).values_list(*Columns._fields):
        row = Columns(*values)
        yield Story(row, talks[row.pk], parts[row.pk])


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


def _place(row: Columns, zone: ZoneInfo) -> dict[str, Any]:
    """The day, channel and service account of a fact, as columns."""
    return {
        "tenant_id": row.tenant_id,
        "conversation_id": row.pk,
        "day": day_of(row.opened_at, zone),
        "channel_id": row.channel_id,
        "service_account_id": row.service_account_id,
    }


def _conversation_fact(story: Story, zone: ZoneInfo) -> ConversationFact:
    made = {name: rule(story) for name, rule in measures.rules_of_all().items()}
    return ConversationFact(**_place(story.row, zone), **made)


def _agent_fact(story: Story, part: Part, zone: ZoneInfo) -> AgentFact:
    made = {name: rule(story, part) for name, rule in measures.rules_of_parts().items()}
    return AgentFact(**_place(story.row, zone), agent_id=part.agent, group_id=part.group, **made)


def conversations_of_days(since: date, until: date) -> list[int]:
    """Ids of conversations that began on these days, or whose facts are on them."""
    zone = zone_of_tenant()
    began = Q(opened_at__gte=begin_of(since, zone), opened_at__lt=end_of(until, zone))
    found = set(Conversation.objects.filter(began).values_list("pk", flat=True))
    for model in (ConversationFact, AgentFact):
        found |= set(model.objects.filter(day__range=(since, until)).values_list("conversation_id", flat=True))
    return sorted(found)


def places_of_days(since: date, until: date) -> set[tuple[date, int, int]]:
    """The places of existing or expected sums on these days."""
    found: set[tuple[date, int, int]] = set()
    for model in (ConversationFact, AgentFact, DayRollup):
        rows = model.objects.filter(day__range=(since, until)).distinct()
        found |= set(rows.values_list("day", "channel_id", "service_account_id"))
    return found


def days_of_customers(since: date, until: date) -> set[date]:
    """Which of these days have numbers of customers now."""
    return set(CustomerRollup.objects.filter(day__range=(since, until)).values_list("day", flat=True).distinct())


def months_with_numbers() -> Iterator[Days]:
    """Ranges of days by month, from the first to the last day with numbers, existing or expected."""
    zone = zone_of_tenant()
    moments = Conversation.objects.aggregate(first=Min("opened_at"), last=Max("opened_at")).values()
    days = [day_of(moment, zone) for moment in moments if moment is not None]
    for model in (ConversationFact, AgentFact, DayRollup, CustomerRollup):
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
