"""Periods of reports. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Period(models.TextChoices):
    """Named periods; they move with the calendar."""

    TODAY = "today", _("Today")
    YESTERDAY = "yesterday", _("Yesterday")
    WEEK = "7", _("Last 7 days")
    MONTH = "30", _("Last 30 days")
    THIS_MONTH = "month", _("This month")
    LAST_MONTH = "last_month", _("Last month")
    CUSTOM = "custom", _("Custom")


@dataclass(frozen=True)
class Days:
    """A range of days, both inclusive."""

    since: date
    until: date

    def __len__(self) -> int:
        return (self.until - self.since).days + 1

    def __str__(self) -> str:
        """For example "2026-01-01 – 2026-01-31"."""
        return str(self.since) if self.since == self.until else f"{self.since} – {self.until}"

    def all(self) -> list[date]:
        """Each day."""
        return [self.since + timedelta(days=number) for number in range(len(self))]


def days_of(period: str, today: date) -> Days:
    """The days of a named period as of `today`; the current month ends today."""
    begin = today.replace(day=1)
    if period == Period.YESTERDAY:
        return Days(today - timedelta(days=1), today - timedelta(days=1))
    if period == Period.THIS_MONTH:
        return Days(begin, today)
    if period == Period.LAST_MONTH:
        return Days((begin - timedelta(days=1)).replace(day=1), begin - timedelta(days=1))
    lengths: dict[str, int] = {Period.TODAY: 1, Period.MONTH: 30}
    return Days(today - timedelta(days=lengths.get(period, 7) - 1), today)


def before(days: Days, period: str) -> Days:
    """The period to compare with: as many days right before it, for a month the month before."""
    if period not in (Period.THIS_MONTH, Period.LAST_MONTH):
        return Days(days.since - timedelta(days=len(days)), days.since - timedelta(days=1))
    end = days.since - timedelta(days=1)
    begin = end.replace(day=1)
    return Days(begin, end if period == Period.LAST_MONTH else min(end, begin + timedelta(days=len(days) - 1)))
