"""Calendar days in a tenant's time zone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core import clock


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of the day in the zone."""
    return datetime.combine(day, time.min, tzinfo=zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after the day in the zone; exclusive, so a day of a clock change has 23 or 25 hours."""
    return begin_of(day + timedelta(days=1), zone)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day of a moment in the zone."""
    return moment.astimezone(zone).date()


def today(zone: ZoneInfo) -> date:
    """The current day in the zone."""
    return day_of(clock.now(), zone)
