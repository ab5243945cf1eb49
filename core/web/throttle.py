"""Rate limits across processes, counted in Redis by the package `limits`."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from limits import RateLimitItem, parse
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

from core import breaker
from core.errors import TooMany


class Storage(RedisStorage):
    """The storage of `limits` on the process's guarded client."""

    def get_connection(self, readonly: bool = False) -> Any:
        """The process's client (`core/breaker.py`)."""
        return breaker.client()


@cache
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(Storage(settings.REDIS_URL))


@cache
def _item(rule: str) -> RateLimitItem:
    return parse(rule)


def count(rule: str, *key: str, cost: int = 1) -> None:
    """Counts one attempt against a rule such as "5/15 minutes"; raises `TooMany` when it is used up.

    Outside a transaction the database connection is returned first: a dozen callers waiting for a hanging Redis would
    hold all of them.
    """
    if not connection.in_atomic_block:
        connection.close()
    if not _limiter().hit(_item(rule), *key, cost=cost):
        raise TooMany


def forget(rule: str, *key: str) -> None:
    """Resets the count, after a success."""
    _limiter().clear(_item(rule), *key)


def give_back(rule: str, *key: str) -> None:
    """Uncounts the newest counted attempt."""
    storage = _limiter().storage
    assert isinstance(storage, Storage)  # noqa: S101 – made above
    breaker.client().lpop(storage.prefixed_key(_item(rule).key_for(*key)))


class Attempt:
    """An attempt that is being judged; it stays counted if `failed` was called."""

    def __init__(self) -> None:
        self.stays = False

    def failed(self) -> None:
        """Keeps the attempt counted."""
        self.stays = True


@contextmanager
def attempt(*limits: tuple[str, ...]) -> Iterator[Attempt]:
    """Counts one attempt against several rules, each with its key, and uncounts it afterwards unless it `failed`.

    Counting comes first, so that concurrent attempts cannot exceed the rules. Raises `TooMany` where one rule is used
    up; the others do not count it then.
    """
    counted: list[tuple[str, ...]] = []
    judged = Attempt()
    try:
        for limit in limits:
            count(*limit)
            counted.append(limit)
        yield judged
    finally:
        if not judged.stays:
            for limit in counted:
                give_back(*limit)
