"""What time it is. Always the real time, but for one command that makes a demo's past under a set clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)  # what an address may ask for

_set: ContextVar[datetime | None] = ContextVar("set clock", default=None)


def now() -> datetime:
    """The time for whatever is written now."""
    return _set.get() or timezone.now()


def set_time() -> datetime | None:
    """The set time, or None in ordinary life. For statements that otherwise ask the database's own clock."""
    return _set.get()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Everything inside happens at that moment."""
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
