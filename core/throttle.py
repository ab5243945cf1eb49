"""Throttles, counted in Redis by the package `limits`, so that all processes count together."""

from functools import cache

from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from core.errors import TooMany


@cache
def _limiter() -> MovingWindowRateLimiter:
    address = settings.REDIS_URL.replace("unix://", "redis+unix://", 1)
    return MovingWindowRateLimiter(storage_from_string(address))


@cache
def _item(rule: str) -> RateLimitItem:
    return parse(rule)


def count(rule: str, *key: str) -> None:
    """Count one attempt against a rule such as "5/15 minutes"; raises `TooMany` when it is used up."""
    if not _limiter().hit(_item(rule), *key):
        raise TooMany


def used_up(rule: str, *key: str) -> bool:
    """Whether the next `count` would be refused; counts nothing."""
    return not _limiter().test(_item(rule), *key)


def forget(rule: str, *key: str) -> None:
    """Start afresh, after a success."""
    _limiter().clear(_item(rule), *key)
