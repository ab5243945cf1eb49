"""Durations as text, the same in tables, on tiles, charts and running clocks.

`45s`, `1m 15s`, `2h 5m`, `1d 3h`, in Chinese `45秒`, `1分15秒`: the two largest units without trailing zeros. (`1:15`
could be minutes or hours.) `static/kefu/js/base/durations.js` does the same in the browser, with the patterns of this
module.
"""

from datetime import timedelta
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.console.rounding import half_up

NO_VALUE = "–"
UNITS = (("days", 86_400), ("hours", 3600), ("minutes", 60), ("seconds", 1))


def patterns() -> dict[str, str]:
    """The patterns of one unit, and of two side by side."""
    return {
        "days": _("%(n)sd"),
        "hours": _("%(n)sh"),
        "minutes": _("%(n)sm"),
        "seconds": _("%(n)ss"),
        "two": _("%(larger)s %(smaller)s"),
    }


def duration_text(length: timedelta | float | None) -> str:
    """A duration as text; a dash for None. Numbers are seconds; negative ones count as 0."""
    if length is None:
        return NO_VALUE
    seconds = length.total_seconds() if isinstance(length, timedelta) else length
    return _text(max(0, int(half_up(seconds))), get_language() or "")


@lru_cache(maxsize=10_000)
def _text(whole: int, language: str) -> str:
    """The text in the current language, which is named so that it is kept for each."""
    at = next((at for at, (_name, size) in enumerate(UNITS) if whole >= size), len(UNITS) - 1)
    (larger, size), *smaller = UNITS[at : at + 2]
    words, (count, rest) = patterns(), divmod(whole, size)
    text = words[larger] % {"n": count}
    if not smaller or not rest // smaller[0][1]:
        return text
    return words["two"] % {"larger": text, "smaller": words[smaller[0][0]] % {"n": rest // smaller[0][1]}}
