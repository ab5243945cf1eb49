"""Values of settings in the reader's words: switches and opening hours."""

from itertools import groupby

from django.utils.translation import gettext, pgettext_lazy

from core.settings.hours import MIDNIGHT, Hours, Interval

END_OF_DAY = "24:00"
RUN = 3  # days in a row that are worth a dash
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
    """A switch as one reads it."""
    return gettext("Yes") if value else gettext("No")


def hours_text(hours: Hours) -> str:
    """The week in one line."""
    if hours.always:
        return gettext("Always open")
    week = gettext("; ").join(interval_text(interval) for interval in hours.intervals)
    return gettext("%(name)s (%(note)s)") % {"name": week, "note": hours.zone} if hours.zone else week


def interval_text(interval: Interval) -> str:
    """ "Mon–Fri 09:00–18:00"."""
    return f"{days_text(interval.days)} {interval.opens}–{closing_text(interval)}"


def closing_text(interval: Interval) -> str:
    """When it closes; midnight as the end of the day."""
    return END_OF_DAY if interval.closes == MIDNIGHT else interval.closes


def days_text(days: tuple[int, ...]) -> str:
    """Weekdays, with a dash where three or more follow each other."""
    words: list[str] = []
    for _distance, numbered in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        run = [day for _position, day in numbered]
        if len(run) < RUN:
            words += [str(DAYS[day]) for day in run]
        else:
            words.append(gettext("%(first)s–%(last)s") % {"first": DAYS[run[0]], "last": DAYS[run[-1]]})
    return gettext(", ").join(words)
