"""Throttles, counted in Redis by the package `limits`, so that all processes count together."""

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
    """That of `limits`, in the process's client."""

    def get_connection(self, readonly: bool = False) -> Any:
        return breaker.client()


@cache
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(Storage(settings.REDIS_URL))


@cache
def _item(rule: str) -> RateLimitItem:
    return parse(rule)


def count(rule: str, *key: str, cost: int = 1) -> None:
    """Count one attempt against a rule such as "5/15 minutes"; raises `TooMany` when it is used up.

    Outside a transaction nobody's database connection waits for Redis meanwhile: a dozen who come while it hangs would
    hold all of them.
    """
    if not connection.in_atomic_block:
        connection.close()
    if not _limiter().hit(_item(rule), *key, cost=cost):
        raise TooMany


def forget(rule: str, *key: str) -> None:
    """Start afresh, after a success."""
    _limiter().clear(_item(rule), *key)


def give_back(rule: str, *key: str) -> None:
    """One attempt less: the newest of those that were counted."""
    storage = _limiter().storage
    assert isinstance(storage, Storage)  # noqa: S101 – made above
    breaker.client().lpop(storage.prefixed_key(_item(rule).key_for(*key)))


class Attempt:
    """What `attempt` counted; `failed` says that it stays counted."""

    def __init__(self) -> None:
        self.stays = False

    def failed(self) -> None:
        """It was one of those that the rules are about."""
        self.stays = True


@contextmanager
def attempt(*limits: tuple[str, ...]) -> Iterator[Attempt]:
    """Count one attempt against several rules, each with its key, and give it back afterwards unless it `failed`.

    It is counted before it is judged: many at once are no more than the rules allow. Raises `TooMany` where one of the
    rules is used up; the others do not count it then.
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
