"""Every event there is."""

from collections.abc import Mapping
from functools import cache

from core.events import agents, conversations, customers, messages, roles, service_accounts, settings
from core.events.base import ConversationEvent, Event

NOUNS = (agents, conversations, customers, messages, roles, service_accounts, settings)


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
