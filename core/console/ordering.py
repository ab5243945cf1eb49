"""Orders for readers: numbers by value, names without case, Chinese names by pinyin.

The embedded PostgreSQL has no language collations (it is built without ICU), and development and production must order
alike. So names are ordered by their GB 18030 code: common characters are in the order of pinyin, as in file managers;
rare and traditional ones follow.
"""

import re

from django.db.models import BinaryField, Case, Func, IntegerField, TextField, Value, When

DIGITS = 20  # the longest number of an agent
PART = re.compile(r"[0-9]+|[^0-9]+")


class AlphabeticalOrder(Func):
    """Alphabetical order of a text column. Lists that grow have an index of it."""

    function = "kefu_alphabetical"
    output_field = BinaryField()


class NaturalOrder(Func):
    """Order of numbers that may contain letters: 9 before 10, A2 before A10. It is worked out when a number is stored
    (`GeneratedField`): in a list it would be for all rows, in each order."""

    function = "kefu_natural"
    output_field = TextField()


def in_listed_order(name: str, values: list[str]) -> Case:
    """The order of the values in the list; anything else last."""
    turns = [When(**{name: value}, then=Value(place)) for place, value in enumerate(values)]
    return Case(*turns, default=Value(len(values)), output_field=IntegerField())


def alphabetical_key(name: str) -> bytes:
    """The sort key of `AlphabeticalOrder` for values in memory."""
    return name.lower().encode("gb18030", errors="replace")


def natural_key(number: str) -> str:
    """The sort key of `NaturalOrder` for values in memory."""
    return "".join(part.zfill(DIGITS) if part.isdigit() else part for part in PART.findall(number.lower()))
