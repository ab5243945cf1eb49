"""What kefu says first: the welcome, or out of hours the other one with the time at which somebody is there again."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats, translation
from django.utils.translation import gettext as _

from channels_app.models import Channel
from channels_app.places import chain_of
from core import clock
from core.hours import Hours, is_open, next_opening, zones
from core.inheritance import effective_settings
from core.known_settings import HOURS, WELCOME, WELCOME_OUT_OF_HOURS

FAR = timedelta(days=7)  # a weekday alone says which day only within a week


def greeting(channel: Channel, *, nickname: str, zone: str = "") -> str:
    """The text for a visitor of that name, empty where none is wanted; needs `tenant`.

    It is in the tenant's language, as the texts are that supervisors write, and in the time of the hours: agents read
    it too. To a visitor whose clock (`zone`, as the browser says it) shows another time, the time's zone is named.
    """
    names = (HOURS.name, WELCOME.name, WELCOME_OUT_OF_HOURS.name)
    found = effective_settings(names, chain_of(account_id=channel.service_account_id, channel_id=channel.pk))
    hours: Hours = found[HOURS.name].value.within(channel.tenant.time_zone)
    now = clock.now()
    if is_open(hours, now):
        return _filled(found[WELCOME.name].value, nickname)
    with translation.override(channel.tenant.language):
        return _closed(found[WELCOME_OUT_OF_HOURS.name].value, nickname, hours, now, zone)


def _closed(text: str, nickname: str, hours: Hours, now: datetime, zone: str) -> str:
    coming = next_opening(hours, now)
    if coming is None:
        return _filled(text, nickname) or _("We are closed at the moment. You can leave a message.")
    when = opening_words(coming.astimezone(ZoneInfo(hours.zone)), now, zone)
    if "{opens}" in text:
        return _filled(text, nickname).replace("{opens}", when)
    notice = _("We are closed at the moment and back %(when)s. You can leave a message.") % {"when": when}
    return "\n".join(part for part in (_filled(text, nickname), notice) if part)


def _filled(text: str, nickname: str) -> str:
    return text.replace("{nickname}", nickname)


def opening_words(opens: datetime, now: datetime, zone: str = "") -> str:
    """When it opens, as one says it: today, tomorrow, by the weekday, or with the date; in the zone of `opens`, which
    is named to a reader in another one."""
    today, day = now.astimezone(opens.tzinfo).date(), opens.date()
    clock_time = f"{opens:%H:%M}{_named_for(zone, opens)}"
    if day == today:
        return _("today at %(time)s") % {"time": clock_time}
    if day == today + timedelta(days=1):
        return _("tomorrow at %(time)s") % {"time": clock_time}
    name = formats.date_format(day, "l") if day < today + FAR else formats.date_format(day, "MONTH_DAY_FORMAT")
    return _("on %(day)s at %(time)s") % {"day": name, "time": clock_time}


def _named_for(zone: str, opens: datetime) -> str:
    """As " (UTC+8)", unless clocks there show the same time; nothing for zones that nobody knows."""
    if zone not in zones() or opens.astimezone(ZoneInfo(zone)).utcoffset() == opens.utcoffset():
        return ""
    sign, distance = f"{opens:%z}"[0], f"{opens:%z}"[1:]
    minutes = f":{distance[2:4]}" if distance[2:4] != "00" else ""
    return f" (UTC{sign}{int(distance[:2])}{minutes})"
