"""Which value is in effect: a pure walk down the levels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from core.settings.declare import Setting
from core.settings.levels import PLATFORM, Place


@dataclass(frozen=True)
class Said:
    """What a place says about a setting."""

    value: Any
    locked: bool = False


@dataclass(frozen=True)
class Effective:
    """The value in effect, the place that says it (None: kefu's own default), and the place that locked it, if any."""

    value: Any
    source: Place | None
    locked_by: Place | None = None


WhatIsSaid = Mapping[tuple[str, Place], Said]


def resolve(setting: Setting, said: WhatIsSaid, places: Iterable[Place]) -> Effective:
    """Walk from the platform down: the last place that speaks is heard, the first lock ends the walk."""
    found = Effective(setting.default, None)
    for _level, siblings in groupby((PLATFORM, *places), key=lambda place: place.level):
        speaker = next((place for place in siblings if (setting.name, place) in said), None)
        if speaker is None:
            continue
        words = said[setting.name, speaker]
        found = Effective(words.value, speaker, speaker if words.locked else None)
        if words.locked:
            break
    return found
