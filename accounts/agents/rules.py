"""When an agent counts as absent."""

from datetime import datetime, timedelta

from core import clock

GRACE = timedelta(seconds=60)  # leaving the browser keeps an agent online this long


def is_absent(seen_at: datetime | None) -> bool:
    """Whether an agent who was last seen then cannot answer, whatever the status. Signing out leaves no grace."""
    return seen_at is None or seen_at <= clock.now() - GRACE
