"""Settings in the reader's words: what a value is, and where it comes from."""

from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from core.settings.declare import Setting
from core.settings.hours import MIDNIGHT, Hours, Interval
from core.settings.levels import Level, Place

LONGEST_SHOWN = 60
END_OF_DAY = "24:00"
LONG = 120  # minutes that are easier to read as hours
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
LEVELS = {
    Level.PLATFORM: gettext_lazy("Platform"),
    Level.TENANT: gettext_lazy("Company"),
    Level.SERVICE_ACCOUNT: gettext_lazy("Service account"),
    Level.CHANNEL: gettext_lazy("Channel"),
    Level.GROUP: gettext_lazy("Agent group"),
    Level.AGENT: gettext_lazy("Agent"),
}


def value_text(setting: Setting, value: Any) -> str:
    """A value as one reads it."""
    if isinstance(value, Hours):
        return hours_text(value)
    if isinstance(value, bool):
        return yes_or_no(value)
    if value in setting.values:
        return str(setting.labels.get(value, value))
    if isinstance(value, str):
        shown = " ".join(value.split())
        short = shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"
        return gettext("“%(text)s”") % {"text": short} if short else gettext("none")
    if setting.unit and value >= LONG and value % 60 == 0:
        return gettext("%(minutes)s minutes (%(hours)s h)") % {"minutes": value, "hours": value // 60}
    return f"{value} {setting.unit}".strip()


def yes_or_no(value: bool) -> str:
    """A switch as one reads it."""
    return gettext("Yes") if value else gettext("No")


def hours_text(hours: Hours) -> str:
    """The week in one line."""
    if hours.always:
        return gettext("Always open")
    week = gettext("; ").join(interval_text(interval) for interval in hours.intervals)
    return f"{week} ({hours.zone})" if hours.zone else week


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


def place_text(place: Place | None) -> str:
    """A place by level and name; None is kefu's own default."""
    if place is None:
        return gettext("Default")
    level = str(LEVELS[place.level])
    return gettext("%(level)s: %(name)s") % {"level": level, "name": place.name} if place.name else level


def place_address(place: Place | None) -> str:
    """Where the place's settings are; empty where there is no page."""
    if place is None or place.level is Level.PLATFORM:
        return ""
    if place.level is Level.TENANT:
        return reverse("channels:reception")
    return reverse("channels:settings", args=[place.level.value, place.public_id])
