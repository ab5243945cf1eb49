"""Distinct customers: of whatever days, and of whichever part, they are those that counting all conversations finds."""

import importlib
from datetime import date, timedelta
from itertools import combinations_with_replacement

import pytest
from django.apps import apps
from django.db import connection

from conversations.models import Conversation
from stats.engine import counting
from stats.models import AgentFact, ConversationFact, CustomerRollup, DayRollup
from stats.reports.periods import Days
from tests.cast import assemble
from tests.stats.engine.test_counting import everything
from tests.stats.histories import BEGIN, Stage, Step, assert_customers_are_distinct, assert_numbers_are_true, stage_of

migration = importlib.import_module("stats.migrations.0007_fill_days_before")
HOUR = 3600 * 1000


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
        assert_customers_are_distinct(ranges, returning.channels)
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
