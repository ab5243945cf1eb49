"""Random histories of conversations, made through the product's own actions, and their numbers worked out naively.

The recomputation reads messages and the log row by row and shares nothing with the product but the tables.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise, product
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from accounts.models import Agent, Status
from channels_app.channels.provisioning import add_web_channel
from channels_app.models import Channel
from conversations.lifecycle import assigning, ending, opening, transferring
from conversations.messages import recalling
from conversations.models import Conversation, Message, Participation
from conversations.posting import writing as posting
from core import clock
from core.errors import Refusal
from core.models import LoggedEvent
from core.tenancy.scope import tenant_scope, unscoped
from customers.models import Customer
from stats.engine import counting
from stats.models import AgentFact, ConversationFact, CustomerRollup, DayRollup
from stats.reports import queries
from stats.reports.periods import Days
from stats.reports.queries import Selection
from tests.cast import Cast, Company, assemble, draft_of
from tests.cast.mould import Mould
from tests.clean_slate import empty

BEGIN = datetime(2026, 3, 30, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai: midnight is near
ACTS = ("open", "ask", "ask", "answer", "note", "accept", "transfer", "give back", "end", "leave", "recall", "count")
STEP = st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.integers(0, 2), st.integers(0, 9 * 3600 * 1000))
HISTORY = st.lists(STEP, min_size=1, max_size=40)
Step = tuple[str, int, int, int]
# Something of everything: waits, transfers, notes, recalls, returns.
FULL: list[Step] = [
    ("open", 0, 0, 0), ("ask", 0, 0, 1000), ("open", 1, 0, 0), ("ask", 1, 0, 10), ("accept", 0, 0, 30_000),
    ("answer", 0, 0, 12_345), ("ask", 0, 0, 100), ("recall", 0, 0, 100), ("transfer", 0, 1, 5000), ("ask", 0, 0, 50),
    ("answer", 0, 1, 60_000), ("give back", 0, 0, 10), ("ask", 0, 0, 10), ("accept", 0, 2, 10), ("end", 0, 2, 500),
    ("leave", 1, 0, 100), ("open", 2, 0, 4 * 3600 * 1000), ("ask", 2, 0, 100), ("accept", 2, 0, 7000),
    ("note", 2, 0, 100), ("open", 3, 0, 100), ("ask", 3, 0, 100), ("accept", 3, 1, 100), ("answer", 3, 1, 99_999),
]  # fmt: skip


@dataclass
class Stage:
    """A company with three agents, three customers and two channels; six places to talk."""

    company: Company
    agents: list[Agent]
    customers: list[Customer]
    channels: list[Channel]
    now: datetime = BEGIN
    last: dict[int, Message] = field(default_factory=dict)

    def place(self, number: int) -> tuple[Customer, Channel]:
        """One of six."""
        return self.customers[number % 3], self.channels[number // 3]

    def current(self, number: int) -> Conversation | None:
        """The newest conversation there."""
        customer, channel = self.place(number)
        return Conversation.objects.filter(customer=customer, channel=channel).order_by("-pk").first()

    def play(self, history: Sequence[Step], count: Any) -> None:
        """Let it happen; what the product refuses does not happen."""
        with tenant_scope(self.company.tenant.pk):
            for act, number, who, milliseconds in history:
                self.now += timedelta(milliseconds=milliseconds)
                with clock.frozen_at(self.now):
                    if act == "count":
                        count()
                        continue
                    with suppress(Refusal):
                        self.act(act, number, self.agents[who])

    def act(self, act: str, number: int, agent: Agent) -> None:
        """One step."""
        customer, channel = self.place(number)
        talk = self.current(number)
        if talk is None or act == "open":
            opening.open_conversation(customer=customer, channel=channel)
        elif act in ("ask", "answer", "note"):
            self.say(talk, customer if act == "ask" else agent, note=act == "note")
        elif act == "accept":
            assigning.accept(actor=agent.actor(), conversation=talk.public_id)
        elif act == "transfer" and talk.agent is not None:
            transferring.transfer(actor=talk.agent.actor(), conversation=talk.public_id, to=agent.public_id)
        elif act == "give back":
            transferring.requeue(actor=agent.actor(), conversation_id=talk.pk, cause="agent_left")
        elif act == "leave":
            ending.end_by_visitor(actor=customer.actor(), conversation=talk.public_id)
        elif act == "end" and talk.agent is not None:
            ending.end_by_agent(actor=talk.agent.actor(), conversation=talk.public_id)
        elif act == "recall":
            recalling.recall(actor=customer.actor(), conversation=talk.public_id, n=talk.last_seq)

    def say(self, talk: Conversation, who: Customer | Agent, *, note: bool) -> None:
        """Somebody writes; only who holds it may answer."""
        if isinstance(who, Agent) and talk.agent is not None and not note:
            who = talk.agent
        posting.post([draft_of(who, talk, "words", note=note)])


def stage_of(cast: Cast) -> Stage:
    """The stage in alice's company, with a second channel of a second service account."""
    shop = cast.shop
    agents = [cast.bob, shop.hire("1002", "dave"), shop.hire("1003", "erin")]
    for agent in agents:
        shop.status(agent, Status.BUSY)
    with shop.within():
        second = add_web_channel(account_name="二号客服", name="商城", groups=(shop.group,))
        agents = list(
            Agent.objects.select_related("role").filter(pk__in=[agent.pk for agent in agents]).order_by("number")
        )
    customers = [cast.carol, shop.welcome("cora"), shop.welcome("cleo")]
    return Stage(shop, agents, customers, [shop.channel, second])


@dataclass
class Told:
    """A cast with what happened to it."""

    cast: Cast
    stage: Stage


@cache
def told(history: tuple[Step, ...], times: int) -> Mould[Told]:
    """A history several times over, hours apart, and counted; made once in a run, and the house is empty then."""
    empty()
    cast = assemble()
    stage = stage_of(cast)
    for _ in range(times):
        stage.play(history, lambda: None)
        stage.now += timedelta(hours=3)
    with stage.company.within():
        counting.count_events()
    tenants = (cast.shop.tenant.pk, cast.other.tenant.pk)
    with unscoped(reason="a mould is taken of two companies"):
        mould = Mould(Told(cast, stage), tenants=tenants, renewed=False)
    empty()
    return mould


# --- the same numbers, worked out naively -----------------------------------------------------------------------------


def holder_at(events: list[LoggedEvent], seq: int) -> int | None:
    """Who held a conversation when its event `seq` happened, or took it next."""
    holder: int | None = None
    for event in events:
        later = (event.seq or 0) > seq
        if event.name in ("conversation.assigned", "conversation.transferred"):
            if later and holder is not None:
                return holder
            holder = int(event.data["agent_id"])
            if later:
                return holder
        elif later:
            if holder is not None:
                return holder
        elif event.name in ("conversation.queued", "conversation.ended"):
            holder = None
    return holder


def whole_ms(duration: timedelta) -> int:
    """Rounded down."""
    return int(duration / timedelta(milliseconds=1))


def naive_facts(zone: str) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Conversation → what a fact should say; (conversation, agent) → what the agent's part should say."""
    of_all, of_agents = {}, {}
    for talk in Conversation.objects.all():
        asked = [m for m in Message.objects.filter(conversation=talk) if m.author_kind == "customer"]
        if not asked or talk.end_reason == "spam":
            continue
        place = (talk.opened_at.astimezone(ZoneInfo(zone)).date(), talk.channel_id, talk.service_account_id)
        held = {part.agent_id: part for part in Participation.objects.filter(conversation=talk)}
        written = Message.objects.filter(conversation=talk, author_kind="agent", note=False).order_by("seq")
        answers = [m for m in written if m.seq > min(m.seq for m in asked)]
        begin = min(m.created_at for m in asked)
        response = whole_ms(answers[0].created_at - begin) if answers else None
        of_all[talk.pk] = (*place, talk.customer_id, len(asked), bool(held), response is not None, response)
        events = list(LoggedEvent.objects.filter(conversation_id=talk.pk).order_by("seq"))
        posted = [event for event in events if event.name == "message.posted"]
        for agent, part in held.items():
            received = [e for e in posted if e.actor_kind == "customer" and holder_at(events, e.seq or 0) == agent]
            wrote = any(e.actor_kind == "agent" and e.actor_id == agent for e in posted)
            own = response if answers and answers[0].author_id == agent else None
            since = max(part.began_at, begin)
            after = [m.created_at - since for m in answers if m.author_id == agent and m.created_at >= since]
            handed = whole_ms(after[0]) if after else None
            of_agents[talk.pk, agent] = (*place, talk.customer_id, len(received), wrote, own, part.group_id, handed)
    return of_all, of_agents


def naive_rollups(of_all: dict[Any, Any], of_agents: dict[Any, Any]) -> dict[Any, list[int]]:
    """(day, channel, account, of parts, agent or None) → the eight sums."""
    sums: dict[Any, list[int]] = defaultdict(lambda: [0] * 8)
    rows = [((*f[:3], False, None), (1, f[4], f[5], f[6], f[7] is not None, f[7] or 0, 0, 0)) for f in of_all.values()]
    together: dict[int, Any] = {}
    for (talk, agent), f in of_agents.items():
        values = (1, f[4], 1, f[5], f[6] is not None, f[6] or 0, f[8] is not None, f[8] or 0)
        rows.append(((*f[:3], True, agent), values))
        where, others = together.get(talk, ((*f[:3], True, None), [0] * 8))
        once = (max(others[at], values[at]) if at in (0, 2, 3) else others[at] + values[at] for at in range(8))
        together[talk] = where, list(once)
    for key, values in (*rows, *together.values()):
        sums[key] = [old + new for old, new in zip(sums[key], values, strict=True)]
    return dict(sums)


def naive_customers(of_all: dict[Any, Any], of_agents: dict[Any, Any]) -> dict[Any, int]:
    """(day, of parts, agent or None, the day before it) → customers."""
    days: dict[Any, set[date]] = defaultdict(set)
    for day, _, _, customer, *_ in of_all.values():
        days[False, None, customer].add(day)
    for (_, agent), (day, _, _, customer, *_) in of_agents.items():
        days[True, None, customer].add(day)
        days[True, agent, customer].add(day)
    found: Counter[Any] = Counter()
    for (of_parts, who, _), seen in days.items():
        found.update((day, of_parts, who, before) for before, day in pairwise([None, *sorted(seen)]))
    return dict(found)


def stored() -> tuple[dict[Any, Any], dict[Any, Any], dict[Any, list[int]], dict[Any, int]]:
    """What the tables of numbers say, in the same shape."""
    place = ("day", "channel_id", "service_account_id")
    of_all = {
        row[0]: row[1:]
        for row in ConversationFact.objects.values_list(
            "conversation_id", *place, "customer_id", "customer_messages", "human", "replied", "first_response_ms"
        )
    }
    of_agents = {
        (row[0], row[1]): row[2:]
        for row in AgentFact.objects.values_list(
            "conversation_id",
            "agent_id",
            *place,
            "customer_id",
            "customer_messages",
            "replied",
            "first_response_ms",
            "group_id",
            "handover_response_ms",
        )
    }
    rollups = {
        row[:5]: list(row[5:])
        for row in DayRollup.objects.values_list(
            *place, "of_parts", "agent_id", "conversations", "customer_messages", "human_conversations",
            "answered_conversations", "first_responses", "first_response_ms", "handover_responses",
            "handover_response_ms",
        )
    }  # fmt: skip
    columns = ("day", "of_parts", "agent_id", "previous_day", "customers")
    customers = {row[:4]: row[4] for row in CustomerRollup.objects.values_list(*columns)}
    return of_all, of_agents, rollups, customers


def assert_numbers_are_true(zone: str = "Asia/Shanghai") -> None:
    """Facts and sums are what the naive recomputation says; in the scope of a tenant."""
    of_all, of_agents = naive_facts(zone)
    sums, customers = naive_rollups(of_all, of_agents), naive_customers(of_all, of_agents)
    assert stored() == (of_all, of_agents, sums, customers)


def different(facts: Iterable[Any], days: Days, channel: int | None = None) -> int:
    """How many customers these facts have on these days."""
    rows = (fact for fact in facts if days.since <= fact[0] <= days.until)
    return len({fact[3] for fact in rows if channel in (None, fact[1])})


def assert_customers_are_distinct(
    ranges: Iterable[Days], channels: Sequence[Channel], zone: str = "Asia/Shanghai"
) -> None:
    """Totals, days and agents, of all and of each of the channels, against sets of customers; in a tenant's scope."""
    of_all, of_agents = naive_facts(zone)
    for days, channel in product(ranges, (None, *(one.pk for one in channels))):
        chosen = Selection(days, channel=channel)
        assert queries.total(chosen).customers == different(of_all.values(), days, channel)
        assert queries.parts_total(chosen).customers == different(of_agents.values(), days, channel)
        for day, sums in queries.by_day(chosen).items():
            assert sums.customers == different(of_all.values(), Days(day, day), channel)
        for work in queries.by_agent(chosen):
            own = [fact for (_, agent), fact in of_agents.items() if agent == work.agent.pk]
            assert work.sums.customers == different(own, days, channel)


def some_days() -> tuple[date, date]:
    """A range that holds every history."""
    return BEGIN.date() - timedelta(days=30), BEGIN.date() + timedelta(days=30)
