"""The current time. Real, except while the generated history of a demonstration is written at a frozen time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)  # bounds of days in addresses

_set: ContextVar[datetime | None] = ContextVar("set clock", default=None)


def now() -> datetime:
    """The current time, aware, in UTC; the frozen time where there is one."""
    return _set.get() or timezone.now()


def frozen_time() -> datetime | None:
    """The frozen time, or None. For statements that otherwise use the database's own clock."""
    return _set.get()


@contextmanager
def frozen_at(moment: datetime) -> Iterator[None]:
    """`now()` is `moment` inside the block, in this thread or task."""
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
