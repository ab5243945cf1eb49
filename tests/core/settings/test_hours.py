"""Opening hours, compared minute by minute with what a clock on the wall says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from core.settings.hours import (
    ALWAYS,
    WORKING_WEEK,
    Hours,
    Interval,
    is_open,
    next_opening,
    opened_for,
    overlaps,
    zones,
    zones_of_places,
)

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC")
MINUTE = timedelta(minutes=1)
clocks = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.integers(0, 59))
intervals = st.builds(
    Interval, days=st.lists(st.integers(0, 6), min_size=1, max_size=7).map(tuple), opens=clocks, closes=clocks
)
all_hours = st.builds(
    Hours,
    always=st.just(False),
    zone=st.sampled_from(ZONES),
    intervals=st.lists(intervals, min_size=1, max_size=4).map(tuple),
)


def month_from(begin: datetime) -> st.SearchStrategy[datetime]:
    """Any minute of 30 days."""
    return st.integers(0, 30 * 24 * 60).map(lambda minutes: begin + minutes * MINUTE)


# Around the changes of clocks in Berlin, New York and on Lord Howe Island (half an hour).
moments = month_from(datetime(2026, 3, 8, tzinfo=UTC)) | month_from(datetime(2026, 10, 3, tzinfo=UTC))


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def week(*intervals: tuple[tuple[int, ...], str, str], zone: str = "Asia/Shanghai") -> Hours:
    made = tuple(Interval(days=days, opens=opens, closes=closes) for days, opens, closes in intervals)
    return Hours(always=False, zone=zone, intervals=made)


def test_always_is_always() -> None:
    assert is_open(ALWAYS, shanghai("2026-11-22T03:00"))
    assert next_opening(ALWAYS, shanghai("2026-11-22T03:00")) == shanghai("2026-11-22T03:00")


def test_a_working_week_closes_at_night_and_over_the_weekend() -> None:
    hours = WORKING_WEEK.within("Asia/Shanghai")
    assert is_open(hours, shanghai("2026-11-20T09:00"))
    assert not is_open(hours, shanghai("2026-11-20T18:00"))
    assert next_opening(hours, shanghai("2026-11-20T18:00")) == shanghai("2026-11-23T09:00")
    assert next_opening(hours, shanghai("2026-11-19T08:00")) == shanghai("2026-11-19T09:00")


def test_the_zone_of_the_hours_wins_over_the_tenants() -> None:
    berlin = WORKING_WEEK.model_copy(update={"zone": "Europe/Berlin"})
    assert berlin.within("Asia/Shanghai").zone == "Europe/Berlin"
    assert WORKING_WEEK.within("Asia/Shanghai").zone == "Asia/Shanghai"


def test_a_night_goes_on_past_midnight_and_over_the_end_of_the_week() -> None:
    sunday_night = week(((6,), "22:00", "02:00"))
    assert is_open(sunday_night, shanghai("2026-11-22T23:59"))
    assert is_open(sunday_night, shanghai("2026-11-23T01:59"))
    assert not is_open(sunday_night, shanghai("2026-11-23T02:00"))
    assert not is_open(sunday_night, shanghai("2026-11-22T01:00"))


def test_a_day_from_midnight_to_midnight_is_whole() -> None:
    whole = week(((0,), "00:00", "00:00"))
    assert is_open(whole, shanghai("2026-11-23T00:00"))
    assert is_open(whole, shanghai("2026-11-23T23:59"))
    assert not is_open(whole, shanghai("2026-11-24T00:00"))


def test_an_opening_that_the_clocks_leave_out_is_when_they_jump() -> None:
    night = week(((6,), "02:30", "05:00"), zone="Europe/Berlin")
    opens = next_opening(night, datetime(2026, 3, 29, 0, 0, tzinfo=UTC))
    assert opens == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert opens is not None
    assert opens.astimezone(ZoneInfo(night.zone)).strftime("%H:%M") == "03:00"


def test_an_hour_that_comes_twice_opens_twice() -> None:
    early = week(((6,), "02:15", "02:30"), zone="Europe/Berlin")
    assert is_open(early, datetime(2026, 10, 25, 0, 20, tzinfo=UTC))
    assert is_open(early, datetime(2026, 10, 25, 1, 20, tzinfo=UTC))
    assert next_opening(early, datetime(2026, 10, 25, 0, 40, tzinfo=UTC)) == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)


@settings(max_examples=150, deadline=None)
@given(all_hours, moments)
def test_the_next_opening_is_the_first_open_minute(hours: Hours, at: datetime) -> None:
    found = next_opening(hours, at)
    walked = at
    while not is_open(hours, walked) and walked < at + timedelta(days=9):
        walked += MINUTE
    if is_open(hours, walked):
        assert found == walked
    else:
        assert found is None or found > walked


@settings(deadline=None)
@given(all_hours, moments)
def test_the_next_opening_is_open_and_the_moment_before_is_not(hours: Hours, at: datetime) -> None:
    found = next_opening(hours, at)
    if found is not None and found != at:
        assert is_open(hours, found)
        assert not is_open(hours, found.astimezone(UTC) - timedelta(microseconds=1))


@settings(max_examples=60, deadline=None)
@given(intervals, intervals)
def test_two_overlap_where_there_is_a_minute_in_both(one: Interval, other: Interval) -> None:
    week = [(day, f"{minute // 60:02}:{minute % 60:02}") for day in range(7) for minute in range(24 * 60)]
    both = any(one.covers(day, clock) and other.covers(day, clock) for day, clock in week)
    assert overlaps([one, other]) == ({1: 0} if both else {})


@settings(deadline=None)
@given(all_hours)
def test_hours_survive_being_stored(hours: Hours) -> None:
    assert Hours.model_validate(hours.model_dump(mode="json")) == hours


@pytest.mark.parametrize(
    "wrong",
    [
        {"always": False, "intervals": []},
        {"always": False, "intervals": [{"days": [], "opens": "09:00", "closes": "18:00"}]},
        {"always": False, "intervals": [{"days": [7], "opens": "09:00", "closes": "18:00"}]},
        {"always": False, "intervals": [{"days": [1], "opens": "24:00", "closes": "18:00"}]},
        {"always": False, "intervals": [{"days": [1], "opens": "9:00", "closes": "18:00"}]},
        {"always": True, "zone": "Moon/Crater"},
        {"always": True, "holidays": []},
    ],
)
def test_what_is_no_hours_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Hours.model_validate(wrong)


def test_open_time_is_counted_over_nights_and_a_weekend() -> None:
    hours = [WORKING_WEEK.within("Asia/Shanghai")]
    monday, friday = shanghai("2026-11-23T10:00"), shanghai("2026-11-20T17:30")
    month_ago = monday - timedelta(days=30)
    assert opened_for(hours, timedelta(minutes=30), until=monday, floor=month_ago) == shanghai("2026-11-23T09:30")
    assert opened_for(hours, timedelta(minutes=90), until=monday, floor=month_ago) == friday
    assert opened_for(hours, timedelta(minutes=91), until=monday, floor=friday) is None
    late = [*hours, week(((5,), "20:00", "20:30"))]
    assert opened_for(late, timedelta(minutes=90), until=monday, floor=month_ago) == shanghai("2026-11-21T20:00")


def test_where_it_is_always_open_all_time_counts() -> None:
    now = shanghai("2026-11-22T03:00")
    day_ago = now - timedelta(days=1)
    both = [WORKING_WEEK.within("UTC"), ALWAYS]
    assert opened_for(both, timedelta(days=1), until=now, floor=day_ago) == day_ago
    assert opened_for(both, timedelta(days=1, seconds=1), until=now, floor=day_ago) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(all_hours, min_size=1, max_size=2), moments, st.integers(1, 3 * 24 * 60))
def test_open_time_is_the_sum_of_the_minutes_in_which_any_is_open(
    several: list[Hours], until: datetime, minutes: int
) -> None:
    floor = until - timedelta(days=4)
    walked, left = until, minutes
    while left and walked > floor:
        walked -= MINUTE
        left -= any(is_open(hours, walked) for hours in several)
    found = opened_for(several, minutes * MINUTE, until=until, floor=floor)
    assert found == (walked if not left else None)


def test_people_choose_places_and_nobody_a_zone_that_is_none() -> None:
    """A zone of the machine would be another zone after a move to another machine."""
    assert {"Asia/Shanghai", "America/Argentina/Ushuaia", "UTC"} <= set(zones_of_places()) <= zones()
    assert not {"localtime", "Factory", "posixrules"} & zones()
    assert not {name for name in zones_of_places() if "/" not in name} - {"UTC"}
    with pytest.raises(ValidationError):
        Hours(zone="localtime")
