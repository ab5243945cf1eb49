"""Orders as people read them: numbers by their value, names whatever their case, Chinese ones by their sound.

The embedded PostgreSQL knows no language's collation (it is built without ICU), and what is developed and tested is
what runs in production. So Chinese names stand by their code in GB 18030, whose common characters are in the order of
pinyin, as in any file manager; rare and traditional ones follow after them.
"""

import re
from typing import Any

from django.db.models import BinaryField, Case, Func, IntegerField, TextField, Value, When
from django.db.models.functions import Lower

DIGITS = 20  # the longest number of an agent
PART = re.compile(r"[0-9]+|[^0-9]+")


class AlphabeticalOrder(Func):
    """A name in alphabetical order."""

    function = "convert_to"
    output_field = BinaryField()

    def __init__(self, name: Any) -> None:
        super().__init__(Lower(name), Value("GB18030"))


class NaturalOrder(Func):
    """A number that may hold letters: 9 before 10, A2 before A10."""

    template = (
        "(select string_agg(case when said.part[1] ~ '^[0-9]' then lpad(said.part[1], 20, '0') else said.part[1] end,"
        " '' order by said.place)"
        " from regexp_matches(lower(%(expressions)s), '[0-9]+|[^0-9]+', 'g') with ordinality as said(part, place))"
    )
    output_field = TextField()


def in_listed_order(name: str, values: list[str]) -> Case:
    """What is in the list in its order, and anything else after it."""
    turns = [When(**{name: value}, then=Value(place)) for place, value in enumerate(values)]
    return Case(*turns, default=Value(len(values)), output_field=IntegerField())


def alphabetical_key(name: str) -> bytes:
    """`AlphabeticalOrder` for rows that are at hand."""
    return name.lower().encode("gb18030", errors="replace")


def natural_key(number: str) -> str:
    """`NaturalOrder` for rows that are at hand."""
    return "".join(part.zfill(DIGITS) if part.isdigit() else part for part in PART.findall(number.lower()))
