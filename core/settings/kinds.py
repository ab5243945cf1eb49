"""Kinds of settings: the type and bounds of values, how a value reads, and which values must not be saved.

Pages draw a control for each kind (`CONTROLS`); nothing else distinguishes kinds.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field, StrictBool, StrictInt, StringConstraints, TypeAdapter

from core.settings.hours import Hours
from core.settings.wording import hours_text, yes_or_no

LONG = 120  # minutes from which hours are shown too
LONGEST_SHOWN = 60

# Anything in braces (full-width ones too) that has a letter or digit is meant as a placeholder.
PLACEHOLDER = re.compile(r"[{｛]([^{}｛｝\n]*[^\W_][^{}｛｝\n]*)[}｝]")


class Kind(ABC):
    """Base of the kinds. Stored values are JSON of the adapter's type."""

    @property
    @abstractmethod
    def adapter(self) -> "TypeAdapter[Any]":
        """The pydantic type with its bounds."""

    @abstractmethod
    def sentence(self, value: Any) -> str:
        """The value in the reader's language."""

    def fault(self, value: Any) -> str:
        """What is wrong with a value of the right type that must not be saved any more; values stored earlier stay in
        effect."""
        return ""


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number from `low` to `high`, both inclusive; `unit` names what is counted."""

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
    """Whole minutes from `low` to `high`."""

    unit: Any = field(default=_("minutes"), init=False)

    def sentence(self, value: int) -> str:
        if value >= LONG and value % 60 == 0:
            return gettext("%(minutes)s minutes (%(hours)s h)") % {"minutes": value, "hours": value // 60}
        return ngettext("%(number)d minute", "%(number)d minutes", value) % {"number": value}


def _can_be_stored(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a text cannot hold the character NUL")
    return text


@dataclass(frozen=True)
class Text(Kind):
    """Text of at most `most` characters. `placeholders` are filled in when it is used; if there are any, others are a
    fault."""

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
        """Names an unknown placeholder, which readers would otherwise see as it stands."""
        found = (match[0] for match in PLACEHOLDER.finditer(value))
        wrong = next((each for each in found if each not in self.placeholders), "") if self.placeholders else ""
        words = {"wrong": wrong, "known": gettext(", ").join(self.placeholders)}
        return gettext("%(wrong)s stands for nothing here. Known are: %(known)s.") % words if wrong else ""


@dataclass(frozen=True)
class Choice(Kind):
    """A member of an enumeration; `labels` maps each member to its label, in the order of the options."""

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
    """Weekly opening hours (`core/settings/hours.py`)."""

    @cached_property
    def adapter(self) -> "TypeAdapter[Any]":
        return TypeAdapter(Hours)

    def sentence(self, value: Hours) -> str:
        return hours_text(value)

    def fault(self, value: Hours) -> str:
        return "" if value.is_unambiguous else gettext("Times overlap, or close when they open.")
