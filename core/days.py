"""Days as a tenant counts them: in its own time zone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core import clock


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day there."""
    return datetime.combine(day, time.min, tzinfo=zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment that is not in the day any more."""
    return begin_of(day + timedelta(days=1), zone)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day of a moment there."""
    return moment.astimezone(zone).date()


def today(zone: ZoneInfo) -> date:
    """The day there that it is now."""
    return day_of(clock.now(), zone)
