"""The levels at which settings can be overridden, and the places of each level."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


class Level(StrEnum):
    """Kinds of objects that can override a setting, from the general to the specific."""

    PLATFORM = "platform"
    TENANT = "tenant"
    SERVICE_ACCOUNT = "service_account"
    CHANNEL = "channel"
    GROUP = "group"
    AGENT = "agent"


ORDER = tuple(Level)
CHANNEL_LEVELS = (Level.PLATFORM, Level.TENANT, Level.SERVICE_ACCOUNT, Level.CHANNEL)


@dataclass(frozen=True)
class Place:
    """One object of a level; `above` are the places that it inherits from, without the platform.

    `name` and `public_id` serve to display the source of a value. Of several places of one level (the groups of an
    agent), in order of preference, the first one with an override counts.
    """

    level: Level
    object_id: int = 0
    name: str = field(default="", compare=False)
    public_id: str = field(default="", compare=False)
    above: "tuple[Place, ...]" = field(default=(), compare=False, repr=False)

    @property
    def chain(self) -> "tuple[Place, ...]":
        """The places from the tenant down to this one."""
        return (*self.above, self)


PLATFORM = Place(Level.PLATFORM)
