"""The process's clients of Redis, and what keeps one that hangs from being waited for again and again.

A server that is dead refuses at once. One that hangs (stopped, swapped out, cut off by a network that says nothing) is
found out by whoever waits for it in vain, and an action asks Redis several times. So the first wait in vain is the only
one: for `REST` everybody is refused at once, then one asks again, and the others when that one was answered.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE = 2  # seconds that one wait lasts
REST = 3.0  # seconds after one, in which nobody waits
# What timed out may have been done all the same: nothing is asked twice.
OPTIONS: dict[str, Any] = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "health_check_interval": 20}


class Hangs(redis.ConnectionError):
    """Redis left somebody waiting a moment ago: it was not asked."""


class Breaker:
    """Whether a server may be asked; from any thread or loop."""

    def __init__(self) -> None:
        self._rests_until = 0.0
        self._lock = Lock()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around whatever asks the server and may time out; raises `Hangs` where it would be in vain."""
        self._begin()
        try:
            yield
        except Exception as error:
            self._end(in_vain=_timed_out(error))
            raise
        self._end(in_vain=False)

    def _begin(self) -> None:
        with self._lock:
            if not self._rests_until:
                return
            if time.monotonic() < self._rests_until:
                raise Hangs("Redis does not answer")
            # We are the one who asks again. Should we never hear the end of it, another does after the same time.
            self._rests_until = time.monotonic() + PATIENCE + REST

    def _end(self, *, in_vain: bool) -> None:
        with self._lock:
            self._rests_until = time.monotonic() + REST if in_vain else 0.0


def _timed_out(error: BaseException | None) -> bool:
    """Libraries wrap it in errors of their own."""
    while error is not None and not isinstance(error, TimeoutError | redis.TimeoutError):
        error = error.__cause__
    return error is not None


class _Client(redis.Redis):
    def execute_command(self, *arguments: Any, **options: Any) -> Any:
        with breaker().asking():
            return super().execute_command(*arguments, **options)  # type: ignore[no-untyped-call]


class _AsyncClient(redis.asyncio.Redis):
    async def execute_command(self, *arguments: Any, **options: Any) -> Any:
        with breaker().asking():
            return await super().execute_command(*arguments, **options)  # type: ignore[no-untyped-call]


def breaker() -> Breaker:
    """The one of this process for its Redis."""
    return _breaker(settings.REDIS_URL)


def client() -> redis.Redis:
    """For code on threads. Its pipelines and subscriptions are not guarded."""
    return _client(settings.REDIS_URL)


def new_async_client() -> redis.asyncio.Redis:
    """For one event loop; as `client`."""
    return _AsyncClient.from_url(settings.REDIS_URL, retry=AsyncRetry(NoBackoff(), 0), **OPTIONS)


@cache
def _breaker(url: str) -> Breaker:
    return Breaker()


@cache
def _client(url: str) -> redis.Redis:
    return _Client.from_url(url, retry=Retry(NoBackoff(), 0), **OPTIONS)
