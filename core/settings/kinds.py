"""Kinds of settings: each knows the type of its values with its bounds, how a value reads, and what is wrong with one.

Pages draw a control for each kind (`CONTROLS`); nothing else asks which kind a setting is of.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field, StrictBool, StrictInt, StringConstraints, TypeAdapter

from core.settings.hours import Hours
from core.settings.wording import hours_text, yes_or_no

LONG = 120  # minutes that are easier to read as hours
LONGEST_SHOWN = 60

# What stands in braces, the wide ones of a Chinese keyboard too, and has a letter: somebody means it to be filled in.
PLACEHOLDER = re.compile(r"[{｛]([^{}｛｝\n]*[^\W_][^{}｛｝\n]*)[}｝]")


class Kind(ABC):
    """What values a setting has. Stored and written values are JSON of the adapter's type."""

    @property
    @abstractmethod
    def adapter(self) -> "TypeAdapter[Any]":
        """The type with its bounds."""

    @abstractmethod
    def sentence(self, value: Any) -> str:
        """A value as one reads it."""

    def fault(self, value: Any) -> str:
        """What is wrong with a value of the type, which nobody says from now on; one said earlier holds on."""
        return ""


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number from `low` to `high`, both allowed; `unit` is what is counted."""

    low: int
    high: int
    unit: Any = ""

    @cached_property
    def adapter(self) -> "TypeAdapter[Any]":
        return TypeAdapter(Annotated[StrictInt, Field(ge=self.low, le=self.high)])

    def sentence(self, value: int) -> str:
        return f"{value} {self.unit}".strip()


@dataclass(frozen=True)
class Duration(Whole):
    """Whole minutes."""

    unit: Any = field(default=_("minutes"), init=False)

    def sentence(self, value: int) -> str:
        if value >= LONG and value % 60 == 0:
            return gettext("%(minutes)s minutes (%(hours)s h)") % {"minutes": value, "hours": value // 60}
        return super().sentence(value)


def _can_be_stored(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a text cannot hold the character NUL")
    return text


@dataclass(frozen=True)
class Text(Kind):
    """Lines of text, `most` characters at most. Of `placeholders` each is filled in; with any, others are a fault."""

    most: int
    placeholders: tuple[str, ...] = ()

    @cached_property
    def adapter(self) -> "TypeAdapter[Any]":
        bounds = StringConstraints(max_length=self.most, strip_whitespace=True)
        return TypeAdapter(Annotated[str, bounds, AfterValidator(_can_be_stored)])

    def sentence(self, value: str) -> str:
        shown = " ".join(value.split())
        short = shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"
        return gettext("“%(text)s”") % {"text": short} if short else gettext("none")

    def fault(self, value: str) -> str:
        """Visitors would read a placeholder that nothing fills as it stands."""
        found = (match[0] for match in PLACEHOLDER.finditer(value))
        wrong = next((each for each in found if each not in self.placeholders), "") if self.placeholders else ""
        words = {"wrong": wrong, "known": gettext(", ").join(self.placeholders)}
        return gettext("%(wrong)s stands for nothing here. Known are: %(known)s.") % words if wrong else ""


@dataclass(frozen=True)
class Choice(Kind):
    """One of an enumeration; `labels` has the words of each member, in the order in which they are offered."""

    labels: Mapping[Any, Any] = field(compare=False)

    @cached_property
    def adapter(self) -> "TypeAdapter[Any]":
        return TypeAdapter(type(next(iter(self.labels))))

    def sentence(self, value: StrEnum) -> str:
        return str(self.labels[value])


@dataclass(frozen=True)
class Switch(Kind):
    """Yes or no."""

    @cached_property
    def adapter(self) -> "TypeAdapter[Any]":
        return TypeAdapter(StrictBool)

    def sentence(self, value: bool) -> str:
        return yes_or_no(value)


@dataclass(frozen=True)
class OpeningHours(Kind):
    """Times of the week (`core/settings/hours.py`)."""

    @cached_property
    def adapter(self) -> "TypeAdapter[Any]":
        return TypeAdapter(Hours)

    def sentence(self, value: Hours) -> str:
        return hours_text(value)

    def fault(self, value: Hours) -> str:
        return "" if value.is_clear else gettext("Times overlap, or close when they open.")
