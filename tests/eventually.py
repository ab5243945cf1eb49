"""Wait for a condition instead of sleeping."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

R = TypeVar("R")
PAUSE = 0.01


def eventually(condition: Callable[[], R], *, within: float = 5.0) -> R:
    """The first true value of `condition`, asked again and again; fails when the seconds are over."""
    until = time.monotonic() + within
    while not (value := condition()):
        assert time.monotonic() < until, f"not within {within} s, last seen: {value!r}"
        time.sleep(PAUSE)
    return value


async def soon(condition: Callable[[], R], *, within: float = 5.0) -> R:
    """`eventually` on the event loop."""
    until = time.monotonic() + within
    while not (value := condition()):
        assert time.monotonic() < until, f"not within {within} s, last seen: {value!r}"
        await asyncio.sleep(PAUSE)
    return value
