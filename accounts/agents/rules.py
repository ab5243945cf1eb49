"""When an agent counts as absent. Pure."""

from datetime import datetime, timedelta

from core import clock

GRACE = timedelta(seconds=60)  # without a connected browser, before an agent is absent


def is_absent(seen_at: datetime | None) -> bool:
    """Whether an agent last seen at `seen_at` is absent, whatever the status. Signing out sets it back, which skips the
    grace."""
    return seen_at is None or seen_at <= clock.now() - GRACE
