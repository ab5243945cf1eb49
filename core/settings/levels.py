"""Levels and places a setting can be set at."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


class Level(StrEnum):
    """Where a setting may be set, from the general to the specific."""

    PLATFORM = "platform"
    TENANT = "tenant"
    SERVICE_ACCOUNT = "service_account"
    CHANNEL = "channel"
    GROUP = "group"
    AGENT = "agent"


ORDER = tuple(Level)
ALONG_THE_CHANNEL = (Level.PLATFORM, Level.TENANT, Level.SERVICE_ACCOUNT, Level.CHANNEL)


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
