"""Declarations of settings, and the registry of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.actors import Actor
from core.settings.kinds import Kind
from core.settings.levels import ORDER, Level, Place

Follow = Callable[[Actor, Place], object]


@dataclass(frozen=True)
class Setting:
    """A declared setting; its kind knows the type of its values, how they read, and the control on pages.

    Declared once, in the `settings.py` of the noun that uses it. `set_by` maps levels to the permission that suffices
    to set it there, for roles that manage such objects but not settings. Pages order settings by `sort`, ascending.
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
        """The value of stored JSON or of input; raises pydantic's `ValidationError`."""
        return self.kind.adapter.validate_python(stored)

    def write(self, value: Any) -> Any:
        """The value as JSON, to be stored."""
        return self.kind.adapter.dump_python(value, mode="json")

    def sentence(self, value: Any) -> str:
        """The value in the reader's language."""
        return self.kind.sentence(value)

    def fault(self, value: Any) -> str:
        """What is wrong with a value that has the right type but must not be saved, in the reader's language; "" for a
        good one."""
        return self.kind.fault(value)

    def may_lock(self, level: Level) -> bool:
        """Whether an override at that level can be locked: only where a lower level could override it."""
        return any(ORDER.index(level) < ORDER.index(below) for below in self.levels)


registry: dict[str, Setting] = {}
follows: dict[str, tuple[Follow, ...]] = {}


def register(setting: Setting) -> Setting:
    """Adds a setting to the registry, by its name; returns it."""
    registry[setting.name] = setting
    return setting


def setting_named(name: str) -> Setting:
    """The registered setting; raises `KeyError`."""
    return registry[name]


def settings_at(level: Level) -> list[Setting]:
    """The settings that can be overridden at the level, in the order of pages."""
    found = [setting for setting in registry.values() if level in setting.levels]
    return sorted(found, key=lambda setting: setting.sort)


def on_change(setting: Setting) -> Callable[[Follow], Follow]:
    """Decorator: calls the function with actor and place when an override of the setting changed, in that
    transaction."""

    def connected(follow: Follow) -> Follow:
        follows[setting.name] = (*follows.get(setting.name, ()), follow)
        return follow

    return connected


def change_handlers_of(setting: Setting) -> tuple[Follow, ...]:
    """The functions registered by `on_change`, in the order of registration."""
    return follows.get(setting.name, ())
