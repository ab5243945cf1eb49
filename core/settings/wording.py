"""Switches and opening hours in the reader's language."""

from itertools import groupby

from django.utils.translation import gettext, pgettext_lazy

from core.settings.hours import MIDNIGHT, Hours, Interval

END_OF_DAY = "24:00"
RUN = 3  # consecutive days that are written as a range
DAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)


def yes_or_no(value: bool) -> str:
    """The value of a switch."""
    return gettext("Yes") if value else gettext("No")


def hours_text(hours: Hours) -> str:
    """A week's hours in one line, with their zone if they have one."""
    if hours.always:
        return gettext("Always open")
    week = gettext("; ").join(interval_text(interval) for interval in hours.intervals)
    return gettext("%(name)s (%(note)s)") % {"name": week, "note": hours.zone} if hours.zone else week


def interval_text(interval: Interval) -> str:
    """For example "Mon–Fri 09:00–18:00"."""
    return f"{days_text(interval.days)} {interval.opens}–{closing_text(interval)}"


def closing_text(interval: Interval) -> str:
    """The closing time; midnight as "24:00"."""
    return END_OF_DAY if interval.closes == MIDNIGHT else interval.closes


def days_text(days: tuple[int, ...]) -> str:
    """Weekdays in a list; three or more consecutive ones as a range."""
    words: list[str] = []
    for _distance, numbered in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        run = [day for _position, day in numbered]
        if len(run) < RUN:
            words += [str(DAYS[day]) for day in run]
        else:
            words.append(gettext("%(first)s–%(last)s") % {"first": DAYS[run[0]], "last": DAYS[run[-1]]})
    return gettext(", ").join(words)
