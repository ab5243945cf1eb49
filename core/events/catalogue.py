"""Every event there is."""


from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar

from core.actors import SYSTEM, Actor

from core.events.base import Event


def all_events() -> list[type[Event]]:
    """Every concrete event, for documentation and tests."""
    found, todo = [], [Event]
    while todo:
        kind = todo.pop()
        todo.extend(kind.__subclasses__())
        if "name" in vars(kind):
            found.append(kind)
    return found
