"""Distinct customers: of whatever days, and of whichever part, they are those that counting all conversations finds."""

import importlib
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import combinations_with_replacement
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import HealthCheck, given, settings

from conversations.models import Conversation
from stats.engine import counting
from stats.models import AgentFact, ConversationFact, CustomerRollup, DayRollup
from stats.reports import queries
from stats.reports.periods import Days
from stats.reports.queries import Selection
from tests.cast import assemble
from tests.clean_slate import empty
from tests.stats.engine.test_counting import everything
from tests.stats.histories import BEGIN, HISTORY, Stage, Step, assert_numbers_are_true, naive_facts, stage_of

migration = importlib.import_module("stats.migrations.0007_fill_days_before")
ZONE = "Asia/Shanghai"
HOUR = 3600 * 1000


def different(facts: Iterable[Any], days: Days, channel: int | None = None) -> int:
    """How many customers these facts have on these days."""
    rows = (fact for fact in facts if days.since <= fact[0] <= days.until)
    return len({fact[3] for fact in rows if channel in (None, fact[1])})


def assert_customers_are_distinct(stage: Stage, ranges: Iterable[Days]) -> None:
    """Totals, days and agents, also of one channel, against sets of customers; in the scope of a tenant."""
    of_all, of_agents = naive_facts(ZONE)
    for days in ranges:
        for channel in (None, stage.channels[0].pk):
            chosen = Selection(days, channel=channel)
            assert queries.total(chosen).customers == different(of_all.values(), days, channel)
            assert queries.parts_total(chosen).customers == different(of_agents.values(), days, channel)
            for day, sums in queries.by_day(chosen).items():
                assert sums.customers == different(of_all.values(), Days(day, day), channel)
            for work in queries.by_agent(chosen):
                own = [fact for (_, agent), fact in of_agents.items() if agent == work.agent.pk]
                assert work.sums.customers == different(own, days, channel)


@pytest.mark.usefixtures("house")
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(HISTORY)
def test_customers_of_any_range_are_those_of_its_conversations(history: list[Step]) -> None:
    empty()
    stage = stage_of(assemble())
    stage.play(history, counting.count_events)
    with stage.company.within():
        counting.count_events()
        last = (stage.now - BEGIN).days + 1
        ranges = [(0, last), (0, last // 2), (last // 2, last), (1, 1)]
        assert_customers_are_distinct(stage, [days_from(first, until) for first, until in ranges])


def days_from(first: int, last: int) -> Days:
    """By their number since the beginning."""
    return Days(*((BEGIN + timedelta(days=number)).date() for number in (first, last)))


@pytest.fixture
def returning(house: None) -> Stage:
    """Three customers on some of five days, twice on one of them, with this agent or that; nothing is counted yet."""
    stage = stage_of(assemble())
    for place, agent, wait in ((0, 0, 0), (1, 1, 1), (0, 1, 24), (3, 0, 1), (2, 2, 24), (0, 0, 24), (1, 1, 24)):
        talk: list[Step] = [("open", place, 0, wait * HOUR), ("ask", place, 0, 10), ("accept", place, agent, 10)]
        stage.play([*talk, ("answer", place, agent, 10), ("end", place, agent, 10)], lambda: None)
    return stage


def test_every_range_of_days_has_its_own_number(returning: Stage) -> None:
    with returning.company.within():
        counting.count_events()
        ranges = [days_from(*ends) for ends in combinations_with_replacement(range(6), 2)]
        assert_customers_are_distinct(returning, ranges)
        assert {cell.customers for cell in CustomerRollup.objects.all()} == {1, 2}


def test_what_is_counted_late_is_between_what_was_counted(returning: Stage) -> None:
    """The conversations of the middle come last: those after them then have another day before."""
    with returning.company.within():
        talks = list(Conversation.objects.order_by("opened_at").values_list("pk", flat=True))
        for talk in (talks[-1], talks[0], *talks[1:-1]):
            touched = counting.Touched()
            counting._recount([talk], touched)
            counting.add_up(touched)
        assert_numbers_are_true()


def test_a_sweep_that_changes_nothing_writes_nothing(returning: Stage) -> None:
    """Today's rows are looked at every few seconds."""
    with returning.company.within():
        counting.count_events()
        before = set(CustomerRollup.objects.values_list("pk", flat=True))
        counting.rebuild_tenant()
        assert set(CustomerRollup.objects.values_list("pk", flat=True)) == before


def test_a_migration_fills_what_was_counted_before(returning: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "CUSTOMERS", 2)
    with returning.company.within():
        counting.count_events()
        good = everything()
        for model in (ConversationFact, AgentFact):
            model.objects.update(previous_day=None)
        AgentFact.objects.update(agent_previous_day=date(2026, 1, 1))
        CustomerRollup.objects.all().delete()
        DayRollup.objects.filter(of_parts=True, agent=None).delete()
        DayRollup.objects.update(of_parts=False)
        for _ in range(2):
            with connection.schema_editor(atomic=False) as editor:
                migration.fill(apps, editor)
            assert everything() == good
