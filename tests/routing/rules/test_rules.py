"""In whatever order things happen: nobody above the cap, nobody waits while somebody has room, first come first."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.agents.caps import set_cap
from accounts.agents.presence import set_status
from accounts.models import Agent, Status
from accounts.settings.actions import set_override
from channels_app.reception.places import account_place
from conversations.lifecycle import assigning, ending, transferring
from conversations.models import Conversation
from conversations.states import Rule, State
from core.actors import SYSTEM
from core.errors import Refusal
from core.models import LoggedEvent
from routing.dispatch.actions import dispatch
from routing.rules.planning import Waiting, plan
from routing.rules.ranking import KEYS, Candidate, rank
from tests.cast import Cast, assemble
from tests.clean_slate import empty

ACTS = (
    "arrive",
    "arrive",
    "arrive",
    "accept",
    "end",
    "end",
    "transfer",
    "status",
    "status",
    "cap",
    "give back",
    "leave",
)
Story = list[tuple[str, int, int]]
stories = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 7), st.integers(0, 3)), min_size=3, max_size=30)


class Shift:
    """Three agents with small caps, and whoever comes."""

    def __init__(self, rule: str) -> None:
        empty()
        self.cast = assemble()
        with self.cast.shop.within():
            set_override(
                actor=SYSTEM, place=account_place(self.cast.shop.account), setting="assignment_rule", value=rule
            )
        self.agents = [
            self.cast.shop.hire(f"50{n}", f"agent {n}", cap=n + 1, status="online" if n else "offline")
            for n in range(3)
        ]
        self.by_rule: set[int] = set()
        self.count = 0

    def conversations(self, *states: str) -> list[Conversation]:
        """Those in these states, in the order of their coming."""
        return list(Conversation.objects.filter(state__in=states).order_by("queued_at", "pk"))

    def act(self, what: str, which: int, other: int) -> None:
        """One act of somebody."""
        agent = Agent.objects.select_related("role").get(pk=self.agents[which % 3].pk)
        if what == "arrive":
            self.count += 1
            self.cast.shop.open(self.cast.shop.welcome(f"visitor {self.count}"))
        elif what == "status":
            set_status(actor=agent.actor(), agent_id=agent.pk, status=Status.values[other])
        elif what == "cap":
            set_cap(actor=self.cast.alice.actor(), agent_id=agent.pk, cap=other)
        elif what == "give back":
            transferring.give_back_all(actor=agent.actor())
        else:
            self.act_on_conversation(what, which, agent, self.agents[other % 3])

    def act_on_conversation(self, what: str, which: int, agent: Agent, colleague: Agent) -> None:
        """One act on one of the conversations there are."""
        found = self.conversations(State.QUEUED if what in ("accept", "leave") else State.ACTIVE)
        if not found:
            return
        place = found[which % len(found)]
        if what == "accept":
            assigning.accept(actor=agent.actor(), conversation=place.public_id, above=True)
        elif what == "transfer":
            transferring.transfer(actor=self.cast.alice.actor(), conversation=place.public_id, to=colleague.public_id)
        elif what == "end":
            ending.end_by_agent(actor=self.cast.alice.actor(), conversation=place.public_id)
        else:
            ending.end_by_visitor(actor=place.customer.actor(), conversation=place.public_id)

    def check(self, waited: list[int], seen: int) -> None:
        """Every invariant, after each act."""
        loads = self.loads()
        assigned = LoggedEvent.objects.filter(pk__gt=seen, name="conversation.assigned").order_by("pk")
        by_rule = [event for event in assigned if event.data["why"]["rule"] != "accepted"]
        caps = dict(Agent.objects.values_list("pk", "max_concurrent"))
        for event in by_rule:
            assert loads[event.data["agent_id"]] <= caps[event.data["agent_id"]], "above the cap by assignment"
            assert event.data["agent_id"] in event.data["why"]["candidates"]
        served = [event.conversation_id for event in by_rule if event.conversation_id in waited]
        assert served == [each for each in waited if each in served], "not in the order of the queue"
        rest = [each for each in waited if each in {found.pk for found in self.conversations(State.QUEUED)}]
        assert not served or not rest or waited.index(served[-1]) < waited.index(rest[0])
        for place in self.conversations(*State.values):
            assert (place.agent_id is not None) == (place.state == State.ACTIVE) or place.state == State.ENDED
            assert (place.ended_at is not None) == (place.state == State.ENDED)

    def loads(self) -> dict[int, int]:
        """How many conversations each agent holds, which is what the agents' rows say."""
        agents = Agent.objects.filter(pk__in=[agent.pk for agent in self.agents])
        held = Counter(each.agent_id for each in self.conversations(State.ACTIVE))
        assert held == +Counter({agent.pk: agent.load for agent in agents})
        return {agent.pk: held[agent.pk] for agent in agents}

    def room(self) -> list[str]:
        """Agents who could take somebody now."""
        online = Agent.objects.filter(pk__in=[agent.pk for agent in self.agents], status=Status.ONLINE)
        return [agent.nickname for agent in online if agent.load < agent.max_concurrent]


def play(story: Story, rule: str) -> None:
    """Act by act, with the invariants after each."""
    shift = Shift(rule)
    with shift.cast.shop.within():
        for what, which, other in story:
            waited = [each.pk for each in shift.conversations(State.QUEUED)]
            seen = max(LoggedEvent.objects.values_list("pk", flat=True), default=0)
            with suppress(Refusal):
                shift.act(what, which, other)
            shift.check(waited, seen)
            if rule != Rule.MANUAL and shift.conversations(State.QUEUED):
                assert shift.room() == [], f"somebody waits after: {what}"
        if rule == Rule.MANUAL:
            assert not LoggedEvent.objects.filter(name="conversation.assigned").exclude(data__why__rule="accepted")


@pytest.mark.parametrize("rule", list(Rule))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=stories)
def test_the_rules_hold_in_every_order_of_acts(database: None, rule: str, story: Story) -> None:
    play(story, rule)


def candidate(agent_id: int, **facts: Any) -> Candidate:
    """An agent as the rules see one."""
    known: dict[str, Any] = {
        "status": Status.ONLINE,
        "load": 0,
        "cap": 5,
        "may_serve": True,
        "last_assigned_at": None,
    } | facts
    return Candidate(agent_id=agent_id, **known)


def test_the_least_busy_has_the_smallest_share_of_the_cap_in_use() -> None:
    half, third, none = candidate(1, load=1, cap=2), candidate(2, load=3, cap=9), candidate(3, load=0, cap=1)
    assert rank(Rule.LEAST_BUSY, [half, third, none]).order == (3, 2, 1)


@settings(max_examples=60, deadline=None)
@given(
    rule=st.sampled_from([Rule.LEAST_BUSY, Rule.ROUND_ROBIN]),
    team=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.booleans()), min_size=1, max_size=6),
    locked=st.sets(st.integers(0, 5)),
    count=st.integers(1, 8),
)
def test_a_plan_for_many_is_what_one_after_the_other_would_be(
    rule: Rule, team: list[tuple[int, int, bool]], locked: set[int], count: int
) -> None:
    known = {n: candidate(n, load=load, cap=cap, in_hours=here) for n, (load, cap, here) in enumerate(team)}
    now = timezone.now()
    found = plan(rule, [Waiting(n, 1) for n in range(count)], {1: list(known.values())}, locked=locked, now=now)
    for choice in found.choices:
        ranking = rank(rule, list(known.values()))
        first = next(each for each in ranking.order if each in locked)
        assert (choice.agent_id, choice.why) == (first, ranking.why())
        known[first] = replace(known[first], load=known[first].load + 1, last_assigned_at=now)
    has_room = any(each in locked for each in rank(rule, list(known.values())).order)
    assert len(found.choices) == count or not has_room
    assert found.full_channels == (set() if has_room else {1})


def test_a_rule_that_nobody_wrote_is_never_silently_another(monkeypatch: pytest.MonkeyPatch) -> None:
    for rule in Rule:
        assert rank(rule, [candidate(1)]).rule == rule
    monkeypatch.delitem(KEYS, Rule.ROUND_ROBIN)
    with pytest.raises(KeyError):
        rank(Rule.ROUND_ROBIN, [candidate(1)])


def test_the_first_in_the_queue_is_served_first(cast: Cast) -> None:
    places = [cast.shop.open(cast.shop.welcome(f"visitor {n}")) for n in range(5)]
    cast.shop.hire("5000", "one at a time", cap=1, status="online")
    with cast.shop.within():
        for place in places:
            dispatch(service_account_id=cast.shop.account.pk)
            held = Conversation.objects.get(state=State.ACTIVE)
            assert held.pk == place.pk
            ending.end_by_visitor(actor=held.customer.actor(), conversation=held.public_id)


def test_who_is_given_back_comes_before_those_who_came_later(cast: Cast) -> None:
    agent = cast.shop.hire("5000", "agent", cap=1, status="online")
    first = cast.shop.open(cast.carol)
    second = cast.shop.open(cast.shop.welcome("later"))
    with cast.shop.within():
        set_status(actor=agent.actor(), agent_id=agent.pk, status="away")
        transferring.give_back_all(actor=agent.actor())
        assert [each.pk for each in Conversation.objects.order_by("queued_at", "pk")] == [first.pk, second.pk]
        set_status(actor=agent.actor(), agent_id=agent.pk, status="online")
    assert cast.shop.fresh(first).agent_id == agent.pk
    assert cast.shop.fresh(second).state == State.QUEUED


def test_a_transfer_may_go_above_the_cap_and_frees_room_behind_it(cast: Cast) -> None:
    giver = cast.shop.hire("5000", "giver", cap=1, status="online")
    taker = cast.shop.hire("5001", "taker", cap=0, status="busy")
    first, second = cast.shop.open(cast.carol), cast.shop.open(cast.shop.welcome("next"))
    with cast.shop.within():
        transferring.transfer(actor=giver.actor(), conversation=first.public_id, to=taker.public_id)
    assert cast.shop.fresh(first).agent_id == taker.pk
    assert cast.shop.fresh(second).agent_id == giver.pk


def test_dispatch_is_safe_to_run_twice(cast: Cast) -> None:
    cast.shop.open(cast.carol)
    cast.shop.status(cast.bob, "online")
    with cast.shop.within():
        assert dispatch(service_account_id=cast.shop.account.pk) == 1
        assert dispatch(service_account_id=cast.shop.account.pk) == 0
