"""This process's Redis clients, behind a circuit breaker.

A dead server refuses at once; a hanging one (stopped, swapped out, silently cut off) costs each caller a timeout, and
an action asks Redis several times. So after one timeout every call is refused at once for `COOL_DOWN_SECONDS`; then one
call tries, and the others follow when it was answered.
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

TIMEOUT_SECONDS = 2  # of a connection attempt and of each answer
COOL_DOWN_SECONDS = 3.0  # after a timeout: calls are refused at once
# No retries: what timed out may have been done all the same.
OPTIONS: dict[str, Any] = {
    "socket_timeout": TIMEOUT_SECONDS,
    "socket_connect_timeout": TIMEOUT_SECONDS,
    "health_check_interval": 20,
}


class CircuitOpen(redis.ConnectionError):
    """The call was not made: Redis timed out a moment ago."""


class Breaker:
    """The state of the circuit: closed, or open until a time. Safe from any thread or event loop."""

    def __init__(self) -> None:
        self._open_until = 0.0
        self._lock = Lock()

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Wraps a call that may time out; raises `CircuitOpen` instead of making it while the circuit is open."""
        self._begin()
        try:
            yield
        except Exception as error:
            self._end(timed_out=_timed_out(error))
            raise
        self._end(timed_out=False)

    def _begin(self) -> None:
        with self._lock:
            if not self._open_until:
                return
            if time.monotonic() < self._open_until:
                raise CircuitOpen("Redis does not answer")
            # This call is the trial. Should it never end, another one tries after the same time.
            self._open_until = time.monotonic() + TIMEOUT_SECONDS + COOL_DOWN_SECONDS

    def _end(self, *, timed_out: bool) -> None:
        with self._lock:
            self._open_until = time.monotonic() + COOL_DOWN_SECONDS if timed_out else 0.0


def _timed_out(error: BaseException | None) -> bool:
    """Whether a timeout is the error or among its causes: libraries wrap it in errors of their own."""
    while error is not None and not isinstance(error, TimeoutError | redis.TimeoutError):
        error = error.__cause__
    return error is not None


class _Client(redis.Redis):
    def execute_command(self, *arguments: Any, **options: Any) -> Any:
        with breaker().guard():
            return super().execute_command(*arguments, **options)  # type: ignore[no-untyped-call]


class _AsyncClient(redis.asyncio.Redis):
    async def execute_command(self, *arguments: Any, **options: Any) -> Any:
        with breaker().guard():
            return await super().execute_command(*arguments, **options)  # type: ignore[no-untyped-call]


def breaker() -> Breaker:
    """The breaker of this process for its Redis (`settings.REDIS_URL`)."""
    return _breaker(settings.REDIS_URL)


def client() -> redis.Redis:
    """The client for code on threads. Each command is guarded; pipelines and subscriptions are not."""
    return _client(settings.REDIS_URL)


def new_async_client() -> redis.asyncio.Redis:
    """A client for one event loop; otherwise as `client`."""
    return _AsyncClient.from_url(settings.REDIS_URL, retry=AsyncRetry(NoBackoff(), 0), **OPTIONS)


@cache
def _breaker(url: str) -> Breaker:
    return Breaker()


@cache
def _client(url: str) -> redis.Redis:
    return _Client.from_url(url, retry=Retry(NoBackoff(), 0), **OPTIONS)
