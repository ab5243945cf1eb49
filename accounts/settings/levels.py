"""Levels of settings for pages, registered by the apps of their objects."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.errors import NotFound
from core.models import SettingValue
from core.rows import one_or_404
from core.settings.levels import ORDER, Level, Place
from core.web.request import TenantRequest

MAX_SHOWN = 100  # per level; the pages of the objects link to all


def _all(rows: "QuerySet[Any]", reader: Actor, speaking: Collection[int]) -> "QuerySet[Any]":
    return rows


def _may(actor: Actor, place: Place) -> bool:
    return True


def _alone(request: TenantRequest, place: Place) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class LevelSpec:
    """A level: its objects, their pages, and who may set something.

    `rows` are its objects in order, `place_of` makes the place of one, `name` is the column of its name. `listed`
    selects those that the tenant's page lists for a reader, given the keys of those with overrides. `may_edit` is
    checked before permissions. `folder` is the path of its objects' pages in the console, `context` what these show;
    nothing for readers who may not open them.
    """

    level: Level
    label: str | Promise
    rows: "Callable[[], QuerySet[Any]] | None" = None
    place_of: Callable[[Any], Place] = field(default=Place)
    name: str = "name"
    listed: "Callable[[QuerySet[Any], Actor, Collection[int]], QuerySet[Any]]" = field(default=_all)
    may_edit: Callable[[Actor, Place], bool] = field(default=_may)
    folder: str = ""
    context: Callable[[TenantRequest, Place], Mapping[str, Any]] = field(default=_alone)


_specs: dict[Level, LevelSpec] = {}


def register_level(spec: LevelSpec) -> None:
    """Adds a level to the registry; called by the app of its objects."""
    _specs[spec.level] = spec


def spec_of(level: Level) -> LevelSpec:
    """The registered level."""
    return _specs[level]


register_level(LevelSpec(Level.PLATFORM, _("Platform")))
register_level(LevelSpec(Level.TENANT, _("Company")))


class LevelConverter:
    """`<level:…>` in routes: a level by the folder of its objects' pages."""

    regex = "[a-z-]+"

    def to_python(self, value: str) -> str:
        return next((spec.level.value for spec in _specs.values() if spec.folder == value), "")

    def to_url(self, value: str) -> str:
        return (_specs[Level(value)].folder if value in _specs else "") or value


def place_named(level: str, public_id: str) -> Place:
    """The place of an object; raises `NotFound`."""
    spec = _specs[Level(level)] if level in _specs else None
    if spec is None or spec.rows is None:
        raise NotFound
    return spec.place_of(one_or_404(spec.rows().filter(public_id=public_id)))


@dataclass(frozen=True)
class Branch:
    """A place below, and its number of overrides."""

    place: Place
    own: int


def branches(reader: Actor) -> list[Branch]:
    """The places below the tenant that its page lists. A constant number of queries."""
    own: dict[tuple[str, int], int] = {}
    for level, object_id in SettingValue.objects.values_list("level", "object_id"):
        own[level, object_id] = own.get((level, object_id), 0) + 1
    found = []
    for level in ORDER:
        spec = spec_of(level)
        if spec.rows is None:
            continue
        shown = spec.listed(spec.rows(), reader, [object_id for at, object_id in own if at == level])
        named = shown.values_list("pk", spec.name, "public_id")[:MAX_SHOWN]
        found += [Place(level, key, name, public_id) for key, name, public_id in named]
    return [Branch(place, own.get((place.level, place.object_id), 0)) for place in found]
