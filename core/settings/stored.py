"""Settings that are inherited: platform → tenant → service account → channel → group → agent.

A *place* is one of these, or one object of a level; what it *says* about a setting is a row of `core_setting` (the
platform's is the environment variable KEFU_SETTINGS). The most specific place that says something is heard, unless
one above it locked its value: then the highest lock holds. `resolve` decides and is pure; everything else reads.

    effective("idle_end", channel_place(channel).chain).value

The settings themselves are declared where they are used, in files called `settings.py`; `accounts/settings/actions.py`
writes.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from pydantic import ValidationError

from core.models import SettingValue
from core.settings.declare import setting_named
from core.settings.levels import PLATFORM, Key, Level, Place
from core.settings.platform import platform_says
from core.settings.resolve import Effective, Said, resolve

log = logging.getLogger(__name__)


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
