"""Settings that are inherited: platform → tenant → service account → channel → group → agent.

A *place* is one of these, or one object of a level; what it *says* about a setting is a row of `core_setting` (the
platform's is the environment variable KEFU_SETTINGS). The most specific place that says something is heard, unless
one above it locked its value: then the highest lock holds. `resolve` decides and is pure; everything else reads.

    effective("idle_end", channel_place(channel).chain).value

The settings themselves are in `core/known_settings.py`; `accounts/preferences.py` writes.
"""

import json
import logging
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property, reduce
from itertools import groupby
from operator import or_
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from django.utils import translation
from pydantic import TypeAdapter, ValidationError

from core.models import SettingValue

log = logging.getLogger(__name__)
Key = TypeVar("Key", bound=Hashable)


class Level(StrEnum):
    """Where something may be said, from the general to the specific."""

    PLATFORM = "platform"
    TENANT = "tenant"
    SERVICE_ACCOUNT = "service_account"
    CHANNEL = "channel"
    GROUP = "group"
    AGENT = "agent"


ORDER = tuple(Level)


@dataclass(frozen=True)
class Place:
    """One object of a level; `above` are the places that it inherits from, the platform left out.

    `name` and `public_id` are for those who read where a value comes from. Places of one level beside each other (the
    groups of an agent) stand in order of preference: the first that says something speaks for its level.
    """

    level: Level
    object_id: int = 0
    name: str = field(default="", compare=False)
    public_id: str = field(default="", compare=False)
    above: "tuple[Place, ...]" = field(default=(), compare=False, repr=False)

    @property
    def chain(self) -> "tuple[Place, ...]":
        """From the tenant down to this place."""
        return (*self.above, self)


PLATFORM = Place(Level.PLATFORM)


def no_fault(value: Any) -> str:
    """Every value of the type may be said."""
    return ""


@dataclass(frozen=True)
class Setting:
    """Something that can be set. `kind` is its type with its bounds; stored and written values are JSON of it. The
    control on pages follows from it: a whole number, yes or no, a choice (`labels` says its values in words), a text.

    `fault` is a sentence about a value that nobody says from now on, empty for any other; one that was said earlier
    holds on.
    """

    name: str
    label: Any
    help: Any
    default: Any
    levels: tuple[Level, ...]
    kind: "TypeAdapter[Any]" = field(compare=False)
    unit: Any = ""
    labels: Mapping[Any, Any] = field(default_factory=dict, compare=False)
    fault: Callable[[Any], str] = field(default=no_fault, compare=False)

    def read(self, stored: Any) -> Any:
        """The value of what is stored or was given; raises pydantic's `ValidationError`."""
        return self.kind.validate_python(stored)

    def write(self, value: Any) -> Any:
        """The value as JSON."""
        return self.kind.dump_python(value, mode="json")

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """The smallest and the largest of numbers, the longest of texts; as the type says them."""
        return self._schema.get("minimum"), self._schema.get("maximum", self._schema.get("maxLength"))

    @property
    def values(self) -> list[Any]:
        """What a choice offers, yes or no too; empty where something is typed."""
        return [True, False] if self._schema.get("type") == "boolean" else list(self._schema.get("enum", ()))

    @property
    def is_number(self) -> bool:
        """Whether a whole number is typed."""
        return bool(self._schema.get("type") == "integer")

    @cached_property
    def _schema(self) -> dict[str, Any]:
        return self.kind.json_schema()

    def may_lock(self, level: Level) -> bool:
        """Whether anything below that level could say otherwise."""
        return any(ORDER.index(level) < ORDER.index(below) for below in self.levels)


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
_registry: dict[str, Setting] = {}


def register(setting: Setting) -> Setting:
    """Make a setting known by its name."""
    _registry[setting.name] = setting
    return setting


def setting_named(name: str) -> Setting:
    """A known setting."""
    return _registry[name]


def settings_at(level: Level) -> list[Setting]:
    """The settings that a place of the level may say something about, in the order of their registration."""
    return [setting for setting in _registry.values() if level in setting.levels]


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


# --- what places say --------------------------------------------------------------------------------------------------


def platform_says() -> Mapping[str, Said]:
    """KEFU_SETTINGS, read and checked; raises `ImproperlyConfigured` with a sentence for who wrote it."""
    return _read_platform(settings.PLATFORM_SETTINGS)


@cache
def _read_platform(text: str) -> dict[str, Said]:
    try:
        entries = json.loads(text or "{}")
    except ValueError as error:
        raise ImproperlyConfigured(f"KEFU_SETTINGS is not JSON: {error}") from None
    if not isinstance(entries, dict):
        raise ImproperlyConfigured('KEFU_SETTINGS must be an object such as {"idle_end": {"value": 30}}.')
    return {name: _read_entry(name, entry) for name, entry in entries.items()}


def _read_entry(name: str, entry: Any) -> Said:
    known = [setting.name for setting in settings_at(Level.PLATFORM)]
    if name not in known:
        raise ImproperlyConfigured(f"KEFU_SETTINGS: there is no setting {name}; known are {', '.join(known)}.")
    if not isinstance(entry, dict) or "value" not in entry or not entry.keys() <= {"value", "locked"}:
        raise ImproperlyConfigured(f'KEFU_SETTINGS: {name} must be like {{"value": …, "locked": true}}.')
    if not isinstance(entry.get("locked", False), bool):
        raise ImproperlyConfigured(f"KEFU_SETTINGS: {name}: locked must be true or false.")
    setting = _registry[name]
    try:
        value = setting.read(entry["value"])
    except ValidationError as error:
        raise ImproperlyConfigured(f"KEFU_SETTINGS: {name}: {error.errors()[0]['msg']}.") from None
    with translation.override("en"):
        if fault := setting.fault(value):
            raise ImproperlyConfigured(f"KEFU_SETTINGS: {name}: {fault}")
    return Said(value, entry.get("locked", False))


def what_is_said(names: Collection[str], places: Iterable[Place]) -> dict[tuple[str, Place], Said]:
    """What the platform and these places say about these settings. One query, none without places."""
    said = {(name, PLATFORM): words for name, words in platform_says().items() if name in names}
    ids: dict[str, set[int]] = {}
    for place in places:
        ids.setdefault(place.level, set()).add(place.object_id)
    if not ids:
        return said
    these = reduce(or_, (Q(level=level, object_id__in=found) for level, found in ids.items()))
    for row in SettingValue.objects.filter(these, name__in=names):
        words = _said_in(row)
        if words is not None:
            said[row.name, Place(Level(row.level), row.object_id)] = words
    return said


def _said_in(row: SettingValue) -> Said | None:
    """What a row says; one that this version cannot read counts as not said, for a desk must go on."""
    try:
        return Said(setting_named(row.name).read(row.value), row.locked)
    except ValidationError:
        log.warning("%s of %s %s is no value that we know: %r", row.name, row.level, row.object_id, row.value)
        return None


# --- what is in effect ------------------------------------------------------------------------------------------------


def effective(name: str, places: Sequence[Place]) -> Effective:
    """The setting at the last of the places, which stand in order from the tenant down. One query."""
    return resolve(setting_named(name), what_is_said([name], places), places)


def effective_settings(names: Collection[str], places: Sequence[Place]) -> dict[str, Effective]:
    """Several settings at once. One query."""
    said = what_is_said(names, places)
    return {name: resolve(setting_named(name), said, places) for name in names}


def effective_for_many(name: str, chains: Mapping[Key, Sequence[Place]]) -> dict[Key, Effective]:
    """One setting at many places. One query."""
    said = what_is_said([name], {place for chain in chains.values() for place in chain})
    return {key: resolve(setting_named(name), said, chain) for key, chain in chains.items()}


def said_anywhere(name: str) -> dict[int, list[Any]]:
    """Tenant → every value that one of its places says: for sweeps that ask who may have something due."""
    found: dict[int, list[Any]] = {}
    for row in SettingValue.objects.filter(name=name):
        words = _said_in(row)
        if words is not None:
            found.setdefault(row.tenant_id, []).append(words.value)
    return found
