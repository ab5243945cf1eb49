"""The first message of a conversation: the welcome text, or out of hours another one with the next opening time."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _

from channels_app.reception.inherited import Inherited, asked_inherited, read_inherited
from channels_app.reception.settings import HOURS, NICKNAME, OPENS, TYPING_PREVIEW, WELCOME, WELCOME_OUT_OF_HOURS
from conversations.models import Message
from core import clock
from core.settings.hours import Hours, is_open, next_opening, zones
from core.settings.kinds import PLACEHOLDER
from core.statements import Asked, fetch_here

WEEKDAY_WITHIN = timedelta(days=7)  # a weekday alone is ambiguous beyond
NAMES = [HOURS.name, WELCOME.name, WELCOME_OUT_OF_HOURS.name, TYPING_PREVIEW.name]
REPEAT_AFTER = timedelta(hours=12)  # within it the same text is not posted again to a returning customer


class Reception(NamedTuple):
    """The welcome texts of a channel, in the tenant's `language`, the groups that serve it (ids) and the hours of each,
    with zones; without groups the channel's own hours. `previews`: agents see what visitors are writing."""

    groups: list[int]
    hours: list[Hours]
    welcome: str
    welcome_out_of_hours: str
    language: str
    previews: bool

    def is_open(self, now: datetime) -> bool:
        """Whether any group is open."""
        return any(is_open(hours, now) for hours in self.hours)

    def open_groups(self, now: datetime) -> list[int]:
        """Ids of the groups that are open."""
        return [group for group, hours in zip(self.groups, self.hours, strict=False) if is_open(hours, now)]

    def next_opening(self, now: datetime) -> datetime | None:
        """The first opening of any group, in the zone of its hours; None if there is none."""
        coming = [(opens, hours.zone) for hours in self.hours if (opens := next_opening(hours, now)) is not None]
        if not coming:
            return None
        opens, zone = min(coming)
        return opens.astimezone(ZoneInfo(zone))


def reception_of(channel_id: int) -> Reception:
    """The reception of a channel."""
    return receptions_of([channel_id])[channel_id]


def receptions_of(channel_ids: Collection[int]) -> dict[int, Reception]:
    """The receptions of channels, by their ids, in one query. Without serving groups a channel's own hours count."""
    (rows,) = fetch_here(asked_receptions(channel_ids))
    return read_receptions(rows)


def asked_receptions(channel_ids: Collection[int]) -> Asked:
    """The query of `receptions_of`, to be sent with others."""
    return asked_inherited(channel_ids, NAMES)


def read_receptions(rows: Iterable[Mapping[str, Any]]) -> dict[int, Reception]:
    """The receptions in its rows, by the channels' ids."""
    return {each.channel_id: _reception(each) for each in read_inherited(rows, NAMES)}


def _reception(channel: Inherited) -> Reception:
    return Reception(
        channel.groups,
        [channel.hours(group) for group in channel.groups or (None,)],
        channel.value(WELCOME),
        channel.value(WELCOME_OUT_OF_HOURS),
        channel.language,
        channel.value(TYPING_PREVIEW),
    )


def greeting(reception: Reception, *, nickname: str, zone: str = "", language: str = "") -> str:
    """The text for a visitor, "" where none is configured.

    Configured texts are in the tenant's language; our own sentences in the visitor's `language`, if it is a supported
    one. Times are in the visitor's time zone (`zone`, as the browser says it), as in the head of the chat; where that
    differs from the zone of the hours it is named, because agents read the text too.
    """
    now = clock.now()
    if reception.is_open(now):
        return fill(reception.welcome, {NICKNAME: nickname})
    written = reception.language
    text, coming = reception.welcome_out_of_hours, reception.next_opening(now)
    with translation.override(written):
        when = {OPENS: opening_words(coming, now, zone)} if coming else {}
        own = fill(text, {NICKNAME: nickname} | when)
    if coming and OPENS in text:
        return own
    with translation.override(language if language in dict(settings.LANGUAGES) else written):
        return _with_ours(own, opening_words(coming, now, zone) if coming else "")


def unless_repeated(greeted: str, *, customer_id: int, channel_id: int) -> str:
    """The greeting, or "" where the customer got the same text on this channel within `REPEAT_AFTER`."""
    pair = (customer_id, channel_id)
    return "" if not greeted or pair in greeted_lately({pair: greeted}) else greeted


def greeted_lately(texts: Mapping[tuple[int, int], str]) -> set[tuple[int, int]]:
    """Those of the customers (each with a channel) who got this very text there within `REPEAT_AFTER`. One query."""
    sent = Message.objects.filter(
        conversation__customer__in=[customer for customer, _channel in texts],
        created_at__gt=clock.now() - REPEAT_AFTER,
        author_kind="system",
        text__in={text for text in texts.values() if text},
    )
    found = sent.values_list("conversation__customer_id", "conversation__channel_id", "text")
    return {(customer, channel) for customer, channel, text in found if texts.get((customer, channel)) == text}


def _with_ours(own: str, when: str) -> str:
    """The configured text, maybe empty, with our sentence about the next opening."""
    if not when:
        return own or _("We are closed at the moment. You can leave a message.")
    if not own:
        return _("We are closed at the moment and back %(when)s. You can leave a message.") % {"when": when}
    return own + "\n" + _("We are back %(when)s.") % {"when": when}


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in, in one pass: placeholders inside values are not."""
    return PLACEHOLDER.sub(lambda found: values.get(found[0], found[0]), text)


def opening_words(opens: datetime, now: datetime, zone: str = "") -> str:
    """The opening time in the current language: today, tomorrow, by weekday, or by date.

    In `zone`, which is named where it differs from that of `opens`; in the latter for an unknown zone.
    """
    shown = opens.astimezone(ZoneInfo(zone)) if zone in zones() else opens
    today, day = now.astimezone(shown.tzinfo).date(), shown.date()
    clock_time = f"{shown:%H:%M}" if shown.utcoffset() == opens.utcoffset() else f"{shown:%H:%M} ({_named(shown)})"
    if day == today:
        return _("today at %(time)s") % {"time": clock_time}
    if day == today + timedelta(days=1):
        return _("tomorrow at %(time)s") % {"time": clock_time}
    name = (
        formats.date_format(day, "l") if day < today + WEEKDAY_WITHIN else formats.date_format(day, "MONTH_DAY_FORMAT")
    )
    return _("on %(day)s at %(time)s") % {"day": name, "time": clock_time}


def _named(shown: datetime) -> str:
    """The zone as "UTC+8"."""
    sign, distance = f"{shown:%z}"[0], f"{shown:%z}"[1:]
    minutes = f":{distance[2:4]}" if distance[2:4] != "00" else ""
    return f"UTC{sign}{int(distance[:2])}{minutes}"
