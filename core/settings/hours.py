"""Opening hours: times of the week as a clock on the wall shows them. Pure.

A stretch of time belongs to the weekday on which it begins; one that closes at or before the time it opens goes on
past midnight ("22:00–02:00"; "00:00–00:00" is the whole day). What the wall shows decides: an hour that a change of
clocks repeats is open twice, one that it leaves out is never there.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, reduce
from itertools import pairwise
from operator import or_
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

DAY = timedelta(days=1)
SEARCHED = timedelta(days=16)  # a change of clocks may leave out the only opening of a week
Stretch = tuple[datetime, datetime]
MOST_A_DAY = 10
MOST_INTERVALS = MOST_A_DAY * 7
MINUTES_OF_DAY = 24 * 60
MIDNIGHT = "00:00"
MINUTE = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


NO_PLACES = ("localtime", "Factory", "posixrules")  # another zone on another machine, or none
REGIONS = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
           "Pacific/", "UTC")  # fmt: skip


@cache
def zones() -> frozenset[str]:
    """The names of time zones that mean the same everywhere."""
    return frozenset(name for name in available_timezones() if not name.startswith(("posix/", "right/", *NO_PLACES)))


@cache
def zones_of_places() -> tuple[str, ...]:
    """Those that people choose from: cities, and UTC."""
    return tuple(sorted(name for name in zones() if name.startswith(REGIONS)))


def _known_zone(name: str) -> str:
    if name and name not in zones():
        raise ValueError(f"there is no time zone {name}")
    return name


def _in_order(days: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(days)))


class Interval(BaseModel):
    """From one time to another on some weekdays; Monday is 0."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    days: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(min_length=1), AfterValidator(_in_order)]
    opens: Annotated[str, Field(pattern=MINUTE)]
    closes: Annotated[str, Field(pattern=MINUTE)]

    @property
    def past_midnight(self) -> bool:
        """Whether it closes on the day after the one it opened on."""
        return self.closes <= self.opens

    def covers(self, weekday: int, clock: str) -> bool:
        """Whether it is open when a wall shows that weekday and time."""
        if not self.past_midnight:
            return weekday in self.days and self.opens <= clock < self.closes
        return (weekday in self.days and clock >= self.opens) or (
            (weekday - 1) % 7 in self.days and clock < self.closes
        )

    @property
    def is_moment(self) -> bool:
        """Whether it closes when it opens. Nobody means a day by that who does not begin it at midnight."""
        return self.opens == self.closes != MIDNIGHT

    @property
    def minutes(self) -> int:
        """The minutes of the week in which it is open, each a bit; Monday 00:00 is the lowest."""
        opens, closes = _minute(self.opens), _minute(self.closes)
        stretch = (1 << ((closes - opens) % MINUTES_OF_DAY or MINUTES_OF_DAY)) - 1
        whole = reduce(or_, (stretch << (day * MINUTES_OF_DAY + opens) for day in self.days))
        week = 7 * MINUTES_OF_DAY
        return whole & ((1 << week) - 1) | whole >> week


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def overlaps(intervals: Sequence[Interval]) -> dict[int, int]:
    """Which of them are open while an earlier one is open already: position → position of that one."""
    weeks = [interval.minutes for interval in intervals]
    found = {}
    for place, week in enumerate(weeks):
        earlier = next((other for other in range(place) if weeks[other] & week), None)
        if earlier is not None:
            found[place] = earlier
    return found


def crowded_day(intervals: Sequence[Interval]) -> int | None:
    """A weekday on which more of them begin than anybody needs."""
    begins = Counter(day for interval in intervals for day in interval.days)
    return next((day for day in sorted(begins) if begins[day] > MOST_A_DAY), None)


class Hours(BaseModel):
    """Always open, or open at these times in this zone; an empty zone stands for the tenant's."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    always: bool = True
    zone: Annotated[str, AfterValidator(_known_zone)] = ""
    intervals: Annotated[tuple[Interval, ...], Field(max_length=MOST_INTERVALS)] = ()

    @model_validator(mode="after")
    def _opens_sometimes(self) -> Self:
        if not self.always and not self.intervals:
            raise ValueError("hours need a time at which they open")
        return self

    @property
    def is_clear(self) -> bool:
        """Whether nothing is said twice and all of it means something. Older words that are not clear are read too."""
        moments = any(interval.is_moment for interval in self.intervals)
        return not moments and not overlaps(self.intervals) and crowded_day(self.intervals) is None

    def within(self, zone: str) -> "Hours":
        """The same with a zone: its own, or else this one."""
        return self if self.zone else self.model_copy(update={"zone": zone})


ALWAYS = Hours()
WORKING_WEEK = Hours(always=False, intervals=(Interval(days=(0, 1, 2, 3, 4), opens="09:00", closes="18:00"),))


def _wall(hours: Hours, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(hours.zone or "UTC"))


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether it is open at a moment; `hours` say their zone (`within`)."""
    if hours.always:
        return True
    wall = _wall(hours, at)
    return any(interval.covers(wall.weekday(), f"{wall:%H:%M}") for interval in hours.intervals)


def next_opening(hours: Hours, at: datetime) -> datetime | None:
    """The first moment from `at` on that is open (`at` itself where it is), in UTC; None where 16 days hold none."""
    if is_open(hours, at):
        return at.astimezone(UTC)
    coming = sorted(moment for moment in _possible_openings(hours, at) if moment > at)
    return next((moment for moment in coming if is_open(hours, moment)), None)


def opened_for(
    several: Sequence[Hours], span: timedelta, *, until: datetime, floor: datetime, apart_from: Sequence[Stretch] = ()
) -> datetime | None:
    """The latest moment since which, until `until`, any of them was open for `span` in all; they say their zones.

    None where what lies between `floor` and `until` does not hold so much. Stretches in `apart_from` do not count.
    """
    always = any(hours.always for hours in several)
    left, high = span, until.astimezone(UTC)
    while high > floor:
        low = floor if always else max(high - DAY, floor)
        opened = [(low, high)] if always else _open_between(several, low, high)
        for begin, end in reversed(_without(apart_from, opened)):
            if end - begin >= left:
                return end - left
            left -= end - begin
        high = low
    return None


def _without(gaps: Sequence[Stretch], stretches: Sequence[Stretch]) -> list[Stretch]:
    """What the gaps leave of stretches of time, in order."""
    left = list(stretches)
    for out, back in gaps:
        left = [
            (begin, end)
            for low, high in left
            for begin, end in ((low, min(high, out)), (max(low, back), high))
            if begin < end
        ]
    return left


def _open_between(several: Sequence[Hours], low: datetime, high: datetime) -> list[Stretch]:
    """The stretches in which any of them is open: between two neighbouring edges nothing opens and nothing closes."""
    inside = {moment for hours in several for moment in _edges(hours, low, high) if low < moment < high}
    edges = [low, *sorted(inside), high]
    return [(begin, end) for begin, end in pairwise(edges) if any(is_open(hours, begin) for hours in several)]


def _edges(hours: Hours, low: datetime, high: datetime) -> Iterator[datetime]:
    """Whatever may open or close it between two moments that are a day apart at most."""
    if _offset(hours, low) != _offset(hours, high):
        yield _change_between(hours, low, high)
    clocks = {clock for interval in hours.intervals for clock in (interval.opens, interval.closes, MIDNIGHT)}
    day, last = _wall(hours, low).date() - DAY, _wall(hours, high).date() + DAY
    while day <= last:
        for clock in clocks:
            yield from _moments(hours, day, clock)
        day += DAY


def _possible_openings(hours: Hours, at: datetime) -> Iterator[datetime]:
    """Whenever an interval begins, and whenever clocks are changed: nothing opens at any other moment."""
    yield from _clock_changes(hours, at)
    today = _wall(hours, at).date()
    for days in range(-1, SEARCHED.days):
        day = today + days * DAY
        for interval in hours.intervals:
            if day.weekday() in interval.days:
                yield from _moments(hours, day, interval.opens)


def _moments(hours: Hours, day: date, clock: str) -> Iterator[datetime]:
    """When a wall shows this, in UTC: twice where clocks are turned back."""
    shown = datetime.combine(day, time.fromisoformat(clock), tzinfo=ZoneInfo(hours.zone or "UTC"))
    for fold in (0, 1):
        yield shown.replace(fold=fold).astimezone(UTC)


def _clock_changes(hours: Hours, at: datetime) -> Iterator[datetime]:
    """The moments of the days to come at which the zone changes its distance to UTC."""
    begin = at.astimezone(UTC)
    for days in range(SEARCHED.days):
        low, high = begin + days * DAY, begin + (days + 1) * DAY
        if _offset(hours, low) != _offset(hours, high):
            yield _change_between(hours, low, high)


def _change_between(hours: Hours, low: datetime, high: datetime) -> datetime:
    before = _offset(hours, low)
    while high - low > timedelta(microseconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if _offset(hours, middle) == before else (low, middle)
    return high


def _offset(hours: Hours, at: datetime) -> timedelta | None:
    return _wall(hours, at).utcoffset()
