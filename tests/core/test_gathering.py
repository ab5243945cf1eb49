"""Calls that come at the same time are done together, and a pause lets more of them come."""

import asyncio

import pytest

from core.live.gathering import Batches
from core.tenancy.scope import tenant_scope


class Work:
    """Notes its batches; each waits until it may end."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_end = asyncio.Event()

    async def __call__(self, asked: list[int]) -> list[int]:
        self.batches.append(asked)
        await self.may_end.wait()
        return asked


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("pause", "at_once", "batches"),
    [
        (0.0, 50, [[1], [2], [3, 4]]),  # who comes meanwhile is the next one
        (0.2, 50, [[1], [2, 3, 4]]),  # … or waits for more
        (0.2, 1, [[1], [2], [3], [4]]),  # … unless they are enough
    ],
)
def test_who_comes_meanwhile_waits_for_more_only_after_a_batch(
    pause: float, at_once: int, batches: list[list[int]]
) -> None:
    async def run() -> list[list[int]]:
        work = Work()
        gathering: Batches[int, int] = Batches("calls", work, at_once=at_once, pause=pause)
        calls = [asyncio.create_task(gathering.call(1))]
        await turns()
        assert work.batches == [[1]]  # at once, with whom nobody else comes
        calls.append(asyncio.create_task(gathering.call(2)))
        await turns()
        work.may_end.set()
        await calls[0]
        await turns()
        calls += [asyncio.create_task(gathering.call(number)) for number in (3, 4)]
        assert await asyncio.gather(*calls) == [1, 2, 3, 4]
        return work.batches

    with tenant_scope(1):
        assert asyncio.run(run()) == batches
