"""When something is done in a benchmark: at a rate, or as soon as a condition is true."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

LOOK_EVERY = 0.05  # seconds between two looks at a condition


async def at_rate(per_second: float, *, seconds: float) -> AsyncIterator[int]:
    """Counts at that rate, whether or not what was begun at the counts before is finished; makes up for lost time."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(max(0.0, start + number / per_second - loop.time()))
        yield number


async def comes_true(condition: Callable[[], object], *, within: float) -> bool:
    """Whether the condition is true within so many seconds; returns as soon as it is."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(LOOK_EVERY)
    return True
