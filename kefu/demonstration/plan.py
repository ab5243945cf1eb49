"""Plan of the generated history: shifts and arrivals. Pure, and deterministic for the same moment."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY, SUNDAY = 5, 6
EARLY = time(8, 25), time(9)  # on a working day
# On a usual day, Monday to Sunday.
VISITORS = (16, 17, 15, 16, 17, 9, 8)
PROMOTION_FACTOR = 3.0
# Relative frequency of arrivals by hour of the day.
HOURS = (1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 5, 10, 15, 14, 7, 8, 14, 14, 11, 9, 6, 6, 7, 6, 4, 2)  # fmt: skip
CLOSES_BEFORE_NOW = timedelta(
    minutes=16
)  # today's shifts end before now: the person who opens the demo is the only agent
LAST_ARRIVAL_BEFORE_NOW = timedelta(minutes=28)
SHORTEST_SHIFT = timedelta(minutes=40)
BUSIEST_BEFORE = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Pause:
    """A break of a shift."""

    begins: datetime
    ends: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Shift:
    """One agent's shift."""

    number: str
    begins: datetime
    ends: datetime
    pauses: tuple[Pause, ...] = ()


Times = tuple[str, str]
# Number, from, to, and the breaks with their reasons.
Duty = tuple[str, str, str, tuple[tuple[str, str, str], ...]]
LI: Duty = ("1002", "09:00", "18:00", (("12:00", "13:00", "午餐"), ("15:40", "15:52", "小休")))
WANG: Duty = ("1003", "09:00", "18:00", (("13:00", "14:00", "午餐"),))
ZHOU: Duty = ("1004", "12:30", "21:30", (("17:45", "18:30", "晚餐"),))
SUPERVISOR: Duty = ("1001", "10:00", "16:00", (("11:40", "13:30", "午餐"), ("14:40", "15:20", "开会")))
LONG_LI: Duty = ("1002", "08:30", "21:00", (("11:50", "12:20", "午餐"), ("17:30", "18:00", "晚餐")))
LONG_WANG: Duty = ("1003", "08:30", "22:30", (("12:25", "12:55", "午餐"), ("18:05", "18:35", "晚餐")))
LONG_ZHOU: Duty = ("1004", "09:30", "23:30", (("13:00", "13:30", "午餐"), ("18:40", "19:10", "晚餐")))
SATURDAY_WANG: Duty = ("1003", "10:00", "18:00", (("12:30", "13:15", "午餐"),))
SATURDAY_ZHOU: Duty = ("1004", "13:30", "20:30", (("17:30", "18:00", "晚餐"),))
SUNDAY_LI: Duty = ("1002", "10:00", "17:30", (("12:30", "13:15", "午餐"),))
DAYS_OFF = {0: "1002", 2: "1003", 3: "1004"}  # the weekday off of those who work at weekends


@dataclass(frozen=True)
class Month:
    """The days up to now, in the shop's time zone."""

    now: datetime
    days: int
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The present day in the zone."""
        return self.now.astimezone(self.zone).date()

    @property
    def first(self) -> date:
        """The first day; today follows the last whole one."""
        return self.today - timedelta(days=self.days)

    @property
    def dates(self) -> list[date]:
        """All days, including today."""
        return [self.first + timedelta(days=number) for number in range(self.days + 1)]

    @property
    def promotion(self) -> date:
        """The promotion day: a working day of the last week."""
        found = self.today - timedelta(days=4)
        while found.weekday() in (SATURDAY, SUNDAY):
            found -= timedelta(days=1)
        return found

    @property
    def closed(self) -> date:
        """The Sunday without service, two or three weeks ago."""
        found = self.today - timedelta(days=14)
        return found - timedelta(days=(found.weekday() - SUNDAY) % 7)

    def abandon_share(self, moment: datetime) -> float:
        """The share of visitors who, finding nobody, close the page and leave the question in the queue.

        High only before the Sunday without service, where the wait expires, and early in the morning, where an answer
        comes within the hour: a single wait over night would dominate the day's average.
        """
        local = moment.astimezone(self.zone)
        unserved = self.day_begin(self.closed) - timedelta(hours=3), self.day_begin(self.closed) + timedelta(hours=8)
        if unserved[0] <= local <= unserved[1]:
            return 0.9
        early = EARLY[0] <= local.time() < EARLY[1] and local.weekday() not in (SATURDAY, SUNDAY)
        return 0.5 if early else 0.0

    def at(self, day: date, clock: str) -> datetime:
        """The moment of a clock time ("HH:MM") on a day."""
        return datetime.combine(day, time.fromisoformat(clock), self.zone)

    def day_begin(self, day: date) -> datetime:
        """The first moment of the day."""
        return self.at(day, "00:00")

    @property
    def closes(self) -> datetime:
        """The end of today's last shift."""
        return self.now - CLOSES_BEFORE_NOW

    def shifts(self, day: date, rng: random.Random) -> list[Shift]:
        """The shifts of a day, with a few minutes of random deviation."""
        found = [self._shift(day, duty, rng) for duty in self._duties(day)]
        if day != self.today:
            return found
        found = [clipped for each in found if (clipped := self._until_close(each)) is not None]
        return found or self._early_shift(day)

    def _duties(self, day: date) -> tuple[Duty, ...]:
        if day == self.promotion:
            return (SUPERVISOR, LONG_LI, LONG_WANG, LONG_ZHOU)
        if day.weekday() == SATURDAY:
            return (SATURDAY_WANG, SATURDAY_ZHOU)
        if day.weekday() == SUNDAY:
            return () if day == self.closed else (SUNDAY_LI,)
        off = DAYS_OFF.get(day.weekday())
        return tuple(duty for duty in (SUPERVISOR, LI, WANG, ZHOU) if duty[0] != off)

    def _shift(self, day: date, duty: Duty, rng: random.Random) -> Shift:
        number, begins, ends, pauses = duty

        def about(clock: str) -> datetime:
            return self.at(day, clock) + timedelta(seconds=rng.randrange(-300, 300))

        taken = tuple(Pause(about(start), about(end), reason) for start, end, reason in pauses)
        return Shift(number, about(begins), about(ends), taken)

    def _until_close(self, shift: Shift) -> Shift | None:
        """Cuts today's shift and its breaks to end before now; None where nothing is left."""
        pauses = tuple(each for each in shift.pauses if each.ends < self.closes - SHORTEST_SHIFT)
        cut = [each.begins for each in shift.pauses if each not in pauses]
        ends = min([shift.ends, self.closes, *cut])
        return Shift(shift.number, shift.begins, ends, pauses) if ends - shift.begins >= SHORTEST_SHIFT else None

    def _early_shift(self, day: date) -> list[Shift]:
        """A short shift before office hours, so that today has numbers whenever the demo is opened."""
        begins = max(self.day_begin(day) + timedelta(minutes=3), self.closes - BUSIEST_BEFORE)
        return [Shift("1004", begins, self.closes)] if self.closes - begins >= SHORTEST_SHIFT else []

    def arrivals(self, day: date, rng: random.Random) -> list[datetime]:
        """The arrivals of a day, in order."""
        wanted = VISITORS[day.weekday()] * rng.uniform(0.85, 1.15) * self._growth(day)
        if day == self.promotion:
            wanted *= PROMOTION_FACTOR
        found = [self._arrival(day, rng) for _ in range(round(wanted))]
        if day == self.closed:
            found += [self.day_begin(day) + timedelta(minutes=rng.uniform(20, 300)) for _ in range(2)]
        if day == self.today:
            latest = self.now - LAST_ARRIVAL_BEFORE_NOW
            found = [each for each in found if each < latest] + self._lately(day, latest, rng)
        return sorted(found)

    def _growth(self, day: date) -> float:
        """The factor of a day: visitors increase slightly over the month."""
        return 0.9 + 0.2 * (day - self.first).days / max(self.days, 1)

    def _arrival(self, day: date, rng: random.Random) -> datetime:
        hour = rng.choices(range(24), HOURS)[0]
        return self.day_begin(day) + timedelta(hours=hour, seconds=rng.uniform(0, 3600))

    def _lately(self, day: date, latest: datetime, rng: random.Random) -> list[datetime]:
        """A few arrivals within the last hours of today."""
        since = max(self.day_begin(day) + timedelta(minutes=5), latest - timedelta(hours=2))
        room = (latest - since).total_seconds()
        return [since + timedelta(seconds=rng.uniform(0, room)) for _ in range(4)] if room > 0 else []

    def random_of(self, what: str) -> random.Random:
        """A generator seeded by `what`, today and the number of days."""
        return random.Random(f"{what} {self.today} {self.days}")  # noqa: S311 – nothing secret
