"""Every event there is. Each file of this folder holds those of a noun."""

from collections.abc import Mapping
from functools import cache

from core import events
from core.events import base
from core.events.base import ConversationEvent, Event
from core.modules import modules_in

NOUNS = tuple(
    module
    for module in modules_in(events.__name__, events.__path__)
    if module.__name__ not in (__name__, base.__name__)
)


def all_events() -> list[type[Event]]:
    """Every concrete event, noun by noun in their order, for documentation and tests."""
    kinds = [
        kind for noun in NOUNS for kind in vars(noun).values() if isinstance(kind, type) and issubclass(kind, Event)
    ]
    return [kind for kind in kinds if "name" in vars(kind)]


@cache
def lines_by_event() -> Mapping[str, str]:
    """Name → line, of the events that the thread tells of."""
    return {kind.name: kind.line for kind in all_events() if issubclass(kind, ConversationEvent) and kind.line}
