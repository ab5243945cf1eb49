"""Wait for a condition instead of sleeping. The limits are far: they cost nothing where the condition comes true."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeVar

R = TypeVar("R")
PAUSE = 0.01
PATIENCE = 15.0  # far from the 25 s after which a digest heals what was lost: that would hide it


def eventually(condition: Callable[[], R], *, within: float = PATIENCE) -> R:
    """The first true value of `condition`, asked again and again; fails when the seconds are over."""
    until = time.monotonic() + within
    while not (value := condition()):
        assert time.monotonic() < until, f"not within {within} s, last seen: {value!r}"
        time.sleep(PAUSE)
    return value


async def soon(condition: Callable[[], R], *, within: float = PATIENCE) -> R:
    """`eventually` on the event loop."""
    until = time.monotonic() + within
    while not (value := condition()):
        assert time.monotonic() < until, f"not within {within} s, last seen: {value!r}"
        await asyncio.sleep(PAUSE)
    return value


class News:
    """What a test waits for comes in by itself: looked at again whenever something came."""

    def __init__(self) -> None:
        self._came = asyncio.Event()

    def ring(self) -> None:
        """Something came."""
        self._came.set()

    async def until(self, condition: Callable[[], Any], *, within: float, so_far: Callable[[], str]) -> None:
        """Wait until the condition is true; fails with what there was so far."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            raise AssertionError(f"not within {within} s; {so_far()}") from None
