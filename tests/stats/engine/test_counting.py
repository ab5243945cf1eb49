"""Counting and rebuilding give the same numbers, whatever happened, in whatever order it is counted."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import F
from hypothesis import HealthCheck, given, settings

from accounts.models import Tenant
from conversations.models import Conversation
from core.models import LoggedEvent
from core.tenancy.scope import tenant_scope
from stats.engine import counting
from stats.engine.facts import Step, fold
from stats.models import AgentFact, ConversationFact, CustomerRollup, DayRollup
from stats.reports.periods import Days
from tests.cast import Cast, assemble, at_once
from tests.clean_slate import empty
from tests.stats.histories import (
    BEGIN,
    FULL,
    HISTORY,
    Stage,
    assert_customers_are_distinct,
    assert_numbers_are_true,
    some_days,
    stage_of,
    stored,
)
from tests.stats.histories import Step as Act

TABLES = (ConversationFact, AgentFact, DayRollup, CustomerRollup)
MANY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def numbers(rows: Any) -> list[tuple[Any, ...]]:
    """Rows of facts or sums without their keys, to compare whole tables."""
    columns = [field.attname for field in rows.model._meta.concrete_fields if field.name != "id"]
    return sorted(rows.values_list(*columns), key=repr)


def everything() -> list[list[tuple[Any, ...]]]:
    """All four tables."""
    return [numbers(model.objects.all()) for model in TABLES]


@pytest.fixture
def stage(cast: Cast) -> Stage:
    """Alice's company, ready to play."""
    return stage_of(cast)


def rebuilt() -> list[list[tuple[Any, ...]]]:
    """All tables after making them anew from nothing."""
    for model in TABLES:
        model.objects.all().delete()
    counting.rebuild_tenant()
    return everything()


@pytest.mark.usefixtures("house")
@MANY
@given(HISTORY)
def test_rebuild_equals_incremental_for_any_history(history: list[Act]) -> None:
    """`count` steps count in the middle of things; at the end what is left."""
    empty()
    stage = stage_of(assemble())
    stage.play(history, counting.count_events)
    with stage.company.within():
        counting.count_events()
        incremental = everything()
        assert_numbers_are_true()
        middle = BEGIN + (stage.now - BEGIN) / 2
        assert_customers_are_distinct([Days(middle.date(), stage.now.date() + timedelta(days=1))], ())
        assert rebuilt() == incremental


@pytest.mark.usefixtures("house")
@settings(MANY, max_examples=15)
@given(HISTORY)
def test_the_order_in_which_events_are_counted_does_not_matter(history: list[Act]) -> None:
    """Late work: events come to the counting one by one, shuffled; some come twice."""
    empty()
    stage = stage_of(assemble())
    stage.play(history, lambda: None)
    with stage.company.within():
        events = list(LoggedEvent.objects.values_list("pk", flat=True))
        LoggedEvent.objects.update(counted=True)
        shuffled = events + events[:5]
        random.Random(len(events)).shuffle(shuffled)
        for event in shuffled:
            LoggedEvent.objects.filter(pk=event).update(counted=False)
            assert counting.count_events() == 1
        assert_numbers_are_true()


def test_counting_marks_each_event_once_and_twice_is_once(stage: Stage) -> None:
    stage.play(FULL, lambda: None)
    with stage.company.within():
        assert counting.count_events() == LoggedEvent.objects.count() > 20
        before = everything()
        names = LoggedEvent.objects.values_list("name", flat=True)
        assert {"conversation.transferred", "message.recalled", "note.posted"} < set(names)
        assert not LoggedEvent.objects.filter(counted=False).exists()
        assert counting.count_events() == 0
        assert everything() == before
        LoggedEvent.objects.update(counted=False)
        counting.count_events()
        assert everything() == before


def test_small_batches_count_everything_too(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "BATCH", 3)
    monkeypatch.setattr(counting, "CHUNK", 2)
    stage.play(FULL, lambda: None)
    with stage.company.within():
        assert counting.count_events() == LoggedEvent.objects.count()
        assert_numbers_are_true()
        assert rebuilt()[0]
        assert_numbers_are_true()


def test_a_counting_that_fails_leaves_neither_marks_nor_numbers(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.play(FULL, lambda: None)

    def breaks(places: object) -> None:
        raise RuntimeError("in the middle")

    with stage.company.within():
        with monkeypatch.context() as patch:
            patch.setattr(counting, "add_up", breaks)
            with pytest.raises(RuntimeError):
                counting.count_events()
        assert everything() == [[], [], [], []]
        assert not LoggedEvent.objects.filter(counted=True).exists()
        counting.count_events()
        assert_numbers_are_true()


def test_two_workers_and_a_rebuild_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "BATCH", 5)
    since, until = some_days()
    for round_number in range(5):
        stage.play(FULL, lambda: None)
        with stage.company.within():
            if round_number % 2:
                LoggedEvent.objects.update(counted=False)
            outcomes = at_once(
                counting.count_events,
                counting.count_events,
                lambda: counting.rebuild(since=since, until=until),
                counting.count_events,
            )
            assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
            counting.count_events()
            assert_numbers_are_true()


def test_talking_goes_on_while_others_count(stage: Stage) -> None:
    """What commits during a counting is found by the next."""
    stage.play(FULL, lambda: None)
    with stage.company.within():
        outcomes = at_once(
            lambda: stage.play(FULL, lambda: None), *[lambda: [counting.count_events() for _ in range(10)]] * 2
        )
        assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
        counting.count_events()
        assert_numbers_are_true()


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "UTC"])
def test_days_are_the_tenants_own_and_a_rebuild_follows_a_change(stage: Stage, zone: str) -> None:
    stage.play(FULL, counting.count_events)
    with stage.company.within():
        counting.count_events()
        assert_numbers_are_true("Asia/Shanghai")
        before = {row[0] for row in stored()[0].values()}
        Tenant.objects.update(time_zone=zone)
        assert counting.rebuild_tenant() == Conversation.objects.count()
        assert_numbers_are_true(zone)
        assert {row[0] for row in stored()[0].values()} != before or zone == "Pacific/Kiritimati"
        Tenant.objects.update(time_zone="Asia/Shanghai")
        counting.rebuild_tenant()
        assert_numbers_are_true("Asia/Shanghai")


def test_the_same_moment_is_another_day_elsewhere(stage: Stage) -> None:
    stage.play([("open", 0, 0, 0), ("ask", 0, 0, 0)], lambda: None)
    with stage.company.within():
        counting.count_events()
        assert [fact.day for fact in ConversationFact.objects.all()] == [date(2026, 3, 30)]
        Tenant.objects.update(time_zone="Pacific/Kiritimati")
        counting.rebuild_tenant()
        assert [fact.day for fact in ConversationFact.objects.all()] == [date(2026, 3, 31)]
        assert {sums.day for model in TABLES for sums in model.objects.all()} == {date(2026, 3, 31)}


def test_a_rebuild_repairs_what_somebody_broke_by_hand(stage: Stage) -> None:
    stage.play(FULL, lambda: None)
    since, until = some_days()
    with stage.company.within():
        counting.count_events()
        good = everything()
        ConversationFact.objects.update(customer_messages=99, day=since, previous_day=since)
        AgentFact.objects.filter(replied=True).delete()
        broken = DayRollup.objects.first()
        assert broken is not None
        DayRollup.objects.filter(pk=broken.pk).update(conversations=7, day=until - timedelta(days=1))
        AgentFact.objects.update(previous_day=None, agent_previous_day=since)
        CustomerRollup.objects.update(customers=F("customers") + 1, day=F("day") - 30)
        counting.rebuild(since=since - timedelta(days=30), until=until)
        assert everything() == good


def test_another_tenants_numbers_stay_as_they_are(cast: Cast, stage: Stage) -> None:
    theirs = cast.other.held(cast.mike, cast.mallory)
    cast.other.says(cast.mike, theirs, "hello")
    stage.play(FULL, lambda: None)
    with stage.company.within():
        counting.count_events()
        counting.rebuild_tenant()
    with cast.other.within():
        assert everything() == [[], [], [], []]
        counting.count_events()
        assert_numbers_are_true()
        assert ConversationFact.objects.count() == 1


def test_the_command_makes_a_companys_numbers_anew(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.play(FULL, lambda: None)
    call_command("rebuild_stats", "8001")
    with tenant_scope(stage.company.tenant.pk):
        assert_numbers_are_true()
    call_command("rebuild_stats", all=True)
    with tenant_scope(stage.company.tenant.pk):
        assert_numbers_are_true()
    assert "8001: 4 conversations" in capsys.readouterr().out
    for wrong in (("rebuild_stats",), ("rebuild_stats", "9999"), ("rebuild_stats", "8001", "--all")):
        with pytest.raises(CommandError):
            call_command(*wrong)


# --- the fold ---------------------------------------------------------------------------------------------------------


def steps(*words: str) -> list[Step]:
    """`asks`, `queued`, `ended`, `1 takes`, `1 passes to 2`, `1 says`, `kefu says`."""
    made = []
    for word in words:
        first, *rest = word.split()
        if first == "asks":
            made.append(Step("message.posted", "customer", 9, None))
        elif first in ("queued", "ended"):
            made.append(Step(f"conversation.{first}", "system", None, None))
        elif first == "kefu":
            made.append(Step("message.posted", "system", None, None))
        elif rest[0] == "says":
            made.append(Step("message.posted", "agent", int(first), None))
        else:
            name = "assigned" if rest[0] == "takes" else "transferred"
            made.append(Step(f"conversation.{name}", "system", None, int(rest[-1] if len(rest) > 1 else first)))
    return made


@pytest.mark.parametrize(
    ("story", "asked", "received", "wrote"),
    [
        ((), 0, {}, set()),
        (("queued", "kefu says"), 0, {}, set()),
        (("queued", "asks", "asks", "ended"), 2, {}, set()),
        (("queued", "asks", "1 takes", "asks", "1 says"), 2, {1: 2}, {1}),
        (("1 takes", "asks", "1 passes to 2", "asks", "2 says", "asks"), 3, {1: 1, 2: 2}, {2}),
        (("1 takes", "asks", "1 passes to 2", "ended"), 1, {1: 1}, set()),
        (("1 takes", "queued", "asks", "2 takes", "asks"), 2, {2: 2}, set()),
        (("1 takes", "1 says", "queued", "asks", "ended"), 1, {}, {1}),
        (("1 takes", "asks", "queued", "1 takes", "asks"), 2, {1: 2}, set()),
    ],
)
def test_messages_belong_to_who_holds_or_takes_next(
    story: tuple[str, ...], asked: int, received: dict[int, int], wrote: set[int]
) -> None:
    talk = fold(steps(*story))
    assert (talk.customer_messages, dict(talk.received), talk.wrote) == (asked, received, wrote)
