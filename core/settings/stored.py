"""Settings that are inherited: platform → tenant → service account → channel → group → agent.

A *place* is one of these, or one object of a level; its *override* of a setting is a row of `core_setting` (the
platform's is the environment variable KEFU_SETTINGS). The most specific override is in effect, unless one above it is
locked: then the highest lock holds. `resolve` decides and is pure; everything else reads.

    effective("idle_end", channel_place(channel).chain).value

The settings themselves are declared where they are used, in files called `settings.py`; `accounts/settings/actions.py`
writes.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q
from pydantic import ValidationError

from core.models import SettingValue
from core.settings.declare import setting_named
from core.settings.levels import PLATFORM, Key, Level, Place
from core.settings.platform import read_platform
from core.settings.resolve import Effective, Override, resolve

log = logging.getLogger(__name__)


def overrides_of(names: Collection[str], places: Iterable[Place]) -> dict[tuple[str, Place], Override]:
    """The overrides of these settings by the platform and these places. One query, none without places."""
    overrides = _by_platform(names)
    ids: dict[str, set[int]] = {}
    for place in places:
        ids.setdefault(place.level, set()).add(place.object_id)
    if not ids:
        return overrides
    these = reduce(or_, (Q(level=level, object_id__in=found) for level, found in ids.items()))
    rows = SettingValue.objects.filter(these, name__in=names)
    return overrides | _overrides_in(rows.values_list(*StoredOverride._fields))


class StoredOverride(NamedTuple):
    """A row of `core_setting`."""

    level: str
    object_id: int
    name: str
    value: Any
    locked: bool


def read_overrides(names: Collection[str], stored: Iterable[Sequence[Any]]) -> dict[tuple[str, Place], Override]:
    """As `overrides_of`, from rows (of `StoredOverride`) that another statement has read."""
    return _by_platform(names) | _overrides_in(stored)


def _by_platform(names: Collection[str]) -> dict[tuple[str, Place], Override]:
    return {(name, PLATFORM): override for name, override in read_platform().items() if name in names}


def _overrides_in(stored: Iterable[Sequence[Any]]) -> dict[tuple[str, Place], Override]:
    rows = [StoredOverride(*row) for row in stored]
    return {
        (row.name, Place(Level(row.level), row.object_id)): override
        for row in rows
        if (override := _override_in(row)) is not None
    }


def _override_in(row: StoredOverride | SettingValue) -> Override | None:
    """The override in a row; None, with a warning, for one that this version cannot read, so that it falls back to
    others."""
    try:
        return Override(setting_named(row.name).read(row.value), row.locked)
    except ValidationError:
        log.warning("%s of %s %s is no value that we know: %r", row.name, row.level, row.object_id, row.value)
        return None


def effective(name: str, places: Sequence[Place]) -> Effective:
    """The effective value at the last of `places`, which are ordered from the tenant down. One query."""
    return resolve(setting_named(name), overrides_of([name], places), places)


def effective_for_many(name: str, chains: Mapping[Key, Sequence[Place]]) -> dict[Key, Effective]:
    """As `effective` for several chains of places, by key. One query."""
    overrides = overrides_of([name], {place for chain in chains.values() for place in chain})
    return {key: resolve(setting_named(name), overrides, chain) for key, chain in chains.items()}


def overrides_anywhere(name: str) -> dict[int, list[Any]]:
    """Tenant id → all values that its places set; for sweeps, which choose the tenants with something due."""
    found: dict[int, list[Any]] = {}
    for row in SettingValue.objects.filter(name=name):
        override = _override_in(row)
        if override is not None:
            found.setdefault(row.tenant_id, []).append(override.value)
    return found
