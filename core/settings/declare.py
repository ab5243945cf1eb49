"""Declaring a setting."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter

from core.settings.levels import ORDER, Level


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
