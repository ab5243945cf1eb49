"""Declaring a setting."""

from dataclasses import dataclass, field
from typing import Any

from core.settings.kinds import Kind
from core.settings.levels import ORDER, Level


@dataclass(frozen=True)
class Setting:
    """Something that can be set. Its kind knows its values: their type, their words, their control on pages."""

    name: str
    label: Any
    help: Any
    default: Any
    levels: tuple[Level, ...]
    kind: Kind = field(compare=False)

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


def register(setting: Setting) -> Setting:
    """Make a setting known by its name."""
    registry[setting.name] = setting
    return setting


def setting_named(name: str) -> Setting:
    """A known setting."""
    return registry[name]


def settings_at(level: Level) -> list[Setting]:
    """The settings that a place of the level may say something about, in the order of their registration."""
    return [setting for setting in registry.values() if level in setting.levels]
