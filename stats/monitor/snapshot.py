"""The numbers of the live monitor, from the live tables.

They use the conditions of the history's filters, so that a tile and the list behind it agree.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Min, Q

from accounts.models import Agent, Group, Membership, Status
from accounts.tenants.queries import zone_of_tenant
from channels_app.models import ServingGroup
from conversations.history.queries import has_customer_message, is_nuisance, took_part
from conversations.models import Conversation
from conversations.states import State
from conversations.timers.limits import waiting_for_absent
from core.days import begin_of, end_of, today
from core.live.wire import milliseconds
from stats.engine.measures import Sums
from stats.monitor.today import by_agent, values

Snapshot = dict[str, Any]
AGENT_COLUMNS = ("public_id", "nickname", "number", "status", "status_since", "max_concurrent")
MAX_AGENTS, MAX_GROUPS = 500, 100  # in the tables
# A wait is amber from the first, red from the second. As on the desk (static/kefu/js/desk/alerts/clock.js).
SLOW, VERY_SLOW = timedelta(minutes=1), timedelta(minutes=3)
# The share of an agent's cap from which the bar is amber; at the cap it is red.
NEARLY_FULL = 0.8
AVAILABLE = (Status.ONLINE, Status.BUSY)
ORDER = {Status.ONLINE: 0, Status.BUSY: 1, Status.AWAY: 2, Status.OFFLINE: 3}


def snapshot() -> Snapshot:
    """All values of the monitor as JSON; equal as long as nothing changes."""
    zone = zone_of_tenant()
    day = today(zone)
    agents = _agents(day)
    return {
        "waiting": _waiting(),
        "active": Conversation.objects.filter(state=State.ACTIVE).count(),
        "away": waiting_for_absent().count(),
        "statuses": dict.fromkeys(Status.values, 0) | _statuses(),
        "day": str(day),
        **_numbers_of(day, zone),
        "groups": _groups(agents),
        "agents": agents[:MAX_AGENTS],
    }


def _waiting() -> Snapshot:
    found = Conversation.objects.filter(state=State.QUEUED).aggregate(n=Count("pk"), since=Min("queued_at"))
    return {"n": found["n"], "since": milliseconds(found["since"])}


def _numbers_of(day: date, zone: ZoneInfo) -> Snapshot:
    """Conversations of the day with a customer message, and the average first response of those that have one."""
    rows = Conversation.objects.filter(opened_at__gte=begin_of(day, zone), opened_at__lt=end_of(day, zone))
    answered = Q(held=True, first_response_at__isnull=False)
    took = ExpressionWrapper(F("first_response_at") - F("asked_at"), output_field=DurationField())
    found = (
        rows.filter(has_customer_message(), ~is_nuisance())
        .annotate(held=took_part())
        .aggregate(n=Count("pk"), replied=Count("pk", filter=answered), average=Avg(took, filter=answered))
    )
    average: timedelta | None = found["average"]
    ms = None if average is None else round(average.total_seconds() * 1000)
    return {"today": found["n"], "first_response": {"ms": ms, "n": found["replied"]}}


def _agents(day: date) -> list[Snapshot]:
    """Everybody who may sign in or still holds something, those who are there first; what they hold, what they owe an
    answer to, and their numbers of the day. Three queries."""
    held, worked, nothing = {row["agent_id"]: row for row in _held()}, by_agent(day), values(Sums())
    here = Q(is_active=True, deleted_at=None) | Q(pk__in=list(held))
    rows = Agent.objects.filter(here).only(*AGENT_COLUMNS).order_by("number_order", "pk")
    shown = [_agent(agent, held.get(agent.pk, {})) | {"today": worked.get(agent.pk, nothing)} for agent in rows]
    return sorted(shown, key=lambda agent: (ORDER[agent["status"]], is_away(agent)))


def is_away(agent: Snapshot) -> bool:
    """Whether the agent is offline, holds no conversation and had none today; the page hides such agents until
    asked."""
    return agent["status"] == Status.OFFLINE and not (agent["load"] or agent["today"]["conversations"])


def _groups(agents: Sequence[Snapshot]) -> list[Snapshot]:
    """Waiting customers and load of each group. Three queries.

    A customer who waits for several groups, or an agent in several, counts in each.
    """
    waiting = {row["service_account_id"]: row for row in _queues()}
    known = {agent["id"]: agent for agent in agents}
    served: defaultdict[int, list[Snapshot]] = defaultdict(list)
    working: defaultdict[int, list[Snapshot]] = defaultdict(list)
    for group_id, account_id in ServingGroup.objects.values_list("group_id", "service_account_id"):
        served[group_id] += [waiting[account_id]] if account_id in waiting else []
    for group_id, public_id in Membership.objects.values_list("group_id", "agent__public_id"):
        working[group_id] += [known[public_id]] if public_id in known else []
    rows = Group.objects.order_by("-sort", "pk").values_list("pk", "public_id", "name")[:MAX_GROUPS]
    return [_group(public_id, name, served[pk], working[pk]) for pk, public_id, name in rows]


def _queues() -> Any:
    queued = Conversation.objects.filter(state=State.QUEUED).order_by()
    return queued.values("service_account_id").annotate(n=Count("pk"), since=Min("queued_at"))


def _group(public_id: str, name: str, queues: Sequence[Snapshot], agents: Sequence[Snapshot]) -> Snapshot:
    here = [agent for agent in agents if agent["status"] in AVAILABLE]
    return {
        "id": public_id,
        "name": name,
        "waiting": sum(queue["n"] for queue in queues),
        "waiting_since": milliseconds(min((queue["since"] for queue in queues), default=None)),
        "here": len(here),
        "members": len(agents),
        "load": sum(agent["load"] for agent in agents),
        "cap": sum(agent["cap"] for agent in here),
    }


def _statuses() -> dict[str, int]:
    """Status → number of enabled agents."""
    here = Agent.objects.filter(is_active=True, deleted_at=None)
    return Counter(here.values_list("status", flat=True))


def _held() -> Any:
    """Sums over open conversations only, because an agent's ended ones are many."""
    owed = Q(waiting_since__isnull=False)
    return (
        Conversation.objects.filter(state=State.ACTIVE)
        .order_by()
        .values("agent_id")
        .annotate(load=Count("pk"), owed=Count("pk", filter=owed), owed_since=Min("waiting_since"))
    )


def _agent(agent: Agent, held: Snapshot) -> Snapshot:
    return {
        "id": agent.public_id,
        "name": agent.nickname,
        "number": agent.number,
        "status": agent.status,
        "since": milliseconds(agent.status_since),
        "load": held.get("load", 0),
        "cap": agent.max_concurrent,
        "nearly": ceil(NEARLY_FULL * agent.max_concurrent),
        "owed": held.get("owed", 0),
        "owed_since": milliseconds(held.get("owed_since")),
    }


def urgency(since: datetime | None, now: datetime) -> str:
    """The level of a wait: "", "warn" or "bad"."""
    if since is None or now - since < SLOW:
        return ""
    return "bad" if now - since >= VERY_SLOW else "warn"
