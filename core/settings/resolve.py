"""The effective value of a setting: a pure walk down the levels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from core.settings.declare import Setting
from core.settings.levels import PLATFORM, Place


@dataclass(frozen=True)
class Override:
    """A value set at a place; `locked`: places below cannot override it."""

    value: Any
    locked: bool = False


@dataclass(frozen=True)
class Effective:
    """The effective value, its source (None: the declared default), and the place that locked it, if any."""

    value: Any
    source: Place | None
    locked_by: Place | None = None


Overrides = Mapping[tuple[str, Place], Override]


def resolve(setting: Setting, overrides: Overrides, places: Iterable[Place]) -> Effective:
    """Walks from the platform down: the last override is in effect; the first lock ends the walk."""
    found = Effective(setting.default, None)
    for _level, siblings in groupby((PLATFORM, *places), key=lambda place: place.level):
        source = next((place for place in siblings if (setting.name, place) in overrides), None)
        if source is None:
            continue
        override = overrides[setting.name, source]
        found = Effective(override.value, source, source if override.locked else None)
        if override.locked:
            break
    return found
