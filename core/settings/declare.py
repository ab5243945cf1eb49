"""Declaring a setting."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.actors import Actor
from core.settings.kinds import Kind
from core.settings.levels import ORDER, Level, Place

Follow = Callable[[Actor, Place], object]


@dataclass(frozen=True)
class Setting:
    """Something that can be set. Its kind knows its values: their type, their words, their control on pages.

    Declared once, in the `settings.py` of the noun that uses it. `set_by` names at levels the permission that lets one
    set it there, for those who look after such objects and do not manage settings. Pages show settings by `sort`, small
    numbers first.
    """

    name: str
    label: Any
    help: Any
    default: Any
    levels: tuple[Level, ...]
    kind: Kind = field(compare=False)
    sort: int = 0
    set_by: Mapping[Level, str] = field(default_factory=dict, compare=False)

    def read(self, stored: Any) -> Any:
        """The value of what is stored or was given; raises pydantic's `ValidationError`."""
        return self.kind.adapter.validate_python(stored)

    def write(self, value: Any) -> Any:
        """The value as JSON."""
        return self.kind.adapter.dump_python(value, mode="json")

    def sentence(self, value: Any) -> str:
        """A value as one reads it."""
        return self.kind.sentence(value)

    def fault(self, value: Any) -> str:
        """A sentence about a value that nobody says from now on, empty for any other."""
        return self.kind.fault(value)

    def may_lock(self, level: Level) -> bool:
        """Whether anything below that level could say otherwise."""
        return any(ORDER.index(level) < ORDER.index(below) for below in self.levels)


registry: dict[str, Setting] = {}
follows: dict[str, tuple[Follow, ...]] = {}


def register(setting: Setting) -> Setting:
    """Make a setting known by its name."""
    registry[setting.name] = setting
    return setting


def setting_named(name: str) -> Setting:
    """A known setting."""
    return registry[name]


def settings_at(level: Level) -> list[Setting]:
    """The settings that a place of the level may say something about, in the order of pages."""
    found = [setting for setting in registry.values() if level in setting.levels]
    return sorted(found, key=lambda setting: setting.sort)


def on_change(setting: Setting) -> Callable[[Follow], Follow]:
    """What follows when a place says something else of the setting, in that transaction. Registered by its owner."""

    def connected(follow: Follow) -> Follow:
        follows[setting.name] = (*follows.get(setting.name, ()), follow)
        return follow

    return connected


def follows_of(setting: Setting) -> tuple[Follow, ...]:
    """What its owner registered."""
    return follows.get(setting.name, ())
