"""Every event there is."""

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
