"""Opening hours: weekly times in local (wall clock) time. Pure.

An interval belongs to the weekday on which it opens; one that closes at or before its opening time ends on the next day
("22:00–02:00"; "00:00–00:00" is the whole day). Local time decides: an hour that a clock change repeats is open twice,
one that it skips never.
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
SEARCHED = timedelta(days=16)  # a clock change may skip the only opening of a week
Stretch = tuple[datetime, datetime]
MAX_INTERVALS_PER_DAY = 10
MAX_INTERVALS = MAX_INTERVALS_PER_DAY * 7
MINUTES_OF_DAY = 24 * 60
MIDNIGHT = "00:00"
MINUTE = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


NO_PLACES = ("localtime", "Factory", "posixrules")  # not the same zone on every machine
REGIONS = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
           "Pacific/", "UTC")  # fmt: skip


@cache
def zones() -> frozenset[str]:
    """The IANA time zone names that mean the same on every machine."""
    return frozenset(name for name in available_timezones() if not name.startswith(("posix/", "right/", *NO_PLACES)))


@cache
def zones_of_places() -> tuple[str, ...]:
    """The zones offered for selection: cities, and UTC; sorted."""
    return tuple(sorted(name for name in zones() if name.startswith(REGIONS)))


def _known_zone(name: str) -> str:
    if name and name not in zones():
        raise ValueError(f"there is no time zone {name}")
    return name


def _in_order(days: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(days)))


class Interval(BaseModel):
    """Opening and closing time ("HH:MM") on some weekdays; Monday is 0."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    days: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(min_length=1), AfterValidator(_in_order)]
    opens: Annotated[str, Field(pattern=MINUTE)]
    closes: Annotated[str, Field(pattern=MINUTE)]

    @property
    def past_midnight(self) -> bool:
        """Whether it closes on the day after the one on which it opened."""
        return self.closes <= self.opens

    def covers(self, weekday: int, clock: str) -> bool:
        """Whether it is open at a local weekday and time ("HH:MM")."""
        if not self.past_midnight:
            return weekday in self.days and self.opens <= clock < self.closes
        return (weekday in self.days and clock >= self.opens) or (
            (weekday - 1) % 7 in self.days and clock < self.closes
        )

    @property
    def is_moment(self) -> bool:
        """Whether it closes when it opens, other than at midnight (which means the whole day): refused as a mistake."""
        return self.opens == self.closes != MIDNIGHT

    @property
    def minutes(self) -> int:
        """The open minutes of the week as a bit set; Monday 00:00 is the lowest bit."""
        opens, closes = _minute(self.opens), _minute(self.closes)
        stretch = (1 << ((closes - opens) % MINUTES_OF_DAY or MINUTES_OF_DAY)) - 1
        whole = reduce(or_, (stretch << (day * MINUTES_OF_DAY + opens) for day in self.days))
        week = 7 * MINUTES_OF_DAY
        return whole & ((1 << week) - 1) | whole >> week


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def overlaps(intervals: Sequence[Interval]) -> dict[int, int]:
    """Positions of intervals that overlap an earlier one → the position of that one."""
    weeks = [interval.minutes for interval in intervals]
    found = {}
    for place, week in enumerate(weeks):
        earlier = next((other for other in range(place) if weeks[other] & week), None)
        if earlier is not None:
            found[place] = earlier
    return found


def crowded_day(intervals: Sequence[Interval]) -> int | None:
    """The first weekday on which more than `MAX_INTERVALS_PER_DAY` intervals begin, or None."""
    begins = Counter(day for interval in intervals for day in interval.days)
    return next((day for day in sorted(begins) if begins[day] > MAX_INTERVALS_PER_DAY), None)


class Hours(BaseModel):
    """Always open, or open at these intervals in this zone; "" stands for the tenant's zone."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    always: bool = True
    zone: Annotated[str, AfterValidator(_known_zone)] = ""
    intervals: Annotated[tuple[Interval, ...], Field(max_length=MAX_INTERVALS)] = ()

    @model_validator(mode="after")
    def _opens_sometimes(self) -> Self:
        if not self.always and not self.intervals:
            raise ValueError("hours need a time at which they open")
        return self

    @property
    def is_unambiguous(self) -> bool:
        """Whether no intervals overlap, none is empty and no day has too many. Values stored by earlier versions may
        not be."""
        moments = any(interval.is_moment for interval in self.intervals)
        return not moments and not overlaps(self.intervals) and crowded_day(self.intervals) is None

    def within(self, zone: str) -> "Hours":
        """The same hours with a zone: their own, or else the given one."""
        return self if self.zone else self.model_copy(update={"zone": zone})


ALWAYS = Hours()
WORKING_WEEK = Hours(always=False, intervals=(Interval(days=(0, 1, 2, 3, 4), opens="09:00", closes="18:00"),))


def _wall(hours: Hours, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(hours.zone or "UTC"))


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether it is open at a moment; `hours` must have a zone (`within`)."""
    if hours.always:
        return True
    wall = _wall(hours, at)
    return any(interval.covers(wall.weekday(), f"{wall:%H:%M}") for interval in hours.intervals)


def next_opening(hours: Hours, at: datetime) -> datetime | None:
    """The first open moment from `at` on (`at` itself where it is open), in UTC; None if there is none within
    16 days."""
    if is_open(hours, at):
        return at.astimezone(UTC)
    coming = sorted(moment for moment in _possible_openings(hours, at) if moment > at)
    return next((moment for moment in coming if is_open(hours, moment)), None)


def opened_for(
    several: Sequence[Hours], span: timedelta, *, until: datetime, floor: datetime, apart_from: Sequence[Stretch] = ()
) -> datetime | None:
    """The latest moment from which, until `until`, any of `several` was open for `span` in all; each must have a zone.

    None where the time from `floor` to `until` does not add up to that. Stretches in `apart_from` do not count.
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
    """The stretches minus the gaps, in order."""
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
    """The stretches in which any of them is open; the state changes at edges only."""
    inside = {moment for hours in several for moment in _edges(hours, low, high) if low < moment < high}
    edges = [low, *sorted(inside), high]
    return [(begin, end) for begin, end in pairwise(edges) if any(is_open(hours, begin) for hours in several)]


def _edges(hours: Hours, low: datetime, high: datetime) -> Iterator[datetime]:
    """The moments at which it may open or close, between two moments that are a day apart at most."""
    if _offset(hours, low) != _offset(hours, high):
        yield _change_between(hours, low, high)
    clocks = {clock for interval in hours.intervals for clock in (interval.opens, interval.closes, MIDNIGHT)}
    day, last = _wall(hours, low).date() - DAY, _wall(hours, high).date() + DAY
    while day <= last:
        for clock in clocks:
            yield from _moments(hours, day, clock)
        day += DAY


def _possible_openings(hours: Hours, at: datetime) -> Iterator[datetime]:
    """The moments at which it may open: where an interval begins, and clock changes."""
    yield from _clock_changes(hours, at)
    today = _wall(hours, at).date()
    for days in range(-1, SEARCHED.days):
        day = today + days * DAY
        for interval in hours.intervals:
            if day.weekday() in interval.days:
                yield from _moments(hours, day, interval.opens)


def _moments(hours: Hours, day: date, clock: str) -> Iterator[datetime]:
    """The UTC moments of a local day and time: two different ones where clocks are turned back."""
    shown = datetime.combine(day, time.fromisoformat(clock), tzinfo=ZoneInfo(hours.zone or "UTC"))
    for fold in (0, 1):
        yield shown.replace(fold=fold).astimezone(UTC)


def _clock_changes(hours: Hours, at: datetime) -> Iterator[datetime]:
    """The moments within `SEARCHED` at which the zone's offset to UTC changes."""
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
