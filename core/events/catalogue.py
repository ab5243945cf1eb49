"""Every event there is."""

from core.events import agents, conversations, customers, messages, roles, service_accounts, settings
from core.events.base import Event

NOUNS = (agents, conversations, customers, messages, roles, service_accounts, settings)


def all_events() -> list[type[Event]]:
    """Every concrete event, noun by noun in their order, for documentation and tests."""
    kinds = [
        kind for noun in NOUNS for kind in vars(noun).values() if isinstance(kind, type) and issubclass(kind, Event)
    ]
    return [kind for kind in kinds if "name" in vars(kind)]
