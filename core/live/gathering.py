"""Calls of one kind that come at the same time, done together: in one transaction, where their work is one.

One batch of each tenant and process is under way; who comes meanwhile is in the next. Nobody waits longer when idle.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from core.batches import AT_ONCE
from core.errors import Busy
from core.tenancy.scope import current_tenant_id

log = logging.getLogger(__name__)
MAX_WAITING = 2000  # calls; more are refused as `busy`
Asked = TypeVar("Asked")
Given = TypeVar("Given")
Work = Callable[[list[Asked]], Awaitable[Sequence[Given | Exception]]]


@dataclass
class Queue(Generic[Asked, Given]):
    """What waits of one tenant, with how each is answered."""

    waiting: list[tuple[Asked, asyncio.Future[Given]]] = field(default_factory=list)
    task: asyncio.Task[None] | None = None


class Batches(Generic[Asked, Given]):
    """`work` gets at most `at_once` calls of one tenant, in its scope, and returns for each, in their order, what it
    gets or the exception that it raises. The language is that of the first caller.

    `pause`: seconds after a batch in which those who came meanwhile wait for more of them, unless they are enough."""

    def __init__(
        self,
        name: str,
        work: Work[Asked, Given],
        *,
        at_once: int = AT_ONCE,
        most_waiting: int = MAX_WAITING,
        pause: float = 0.0,
    ) -> None:
        self.name, self.work, self.at_once, self.most_waiting, self.pause = name, work, at_once, most_waiting, pause
        self._queues: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, Queue[Asked, Given]]] = WeakKeyDictionary()

    async def call(self, asked: Asked) -> Given:
        """One of a batch. Raises `Busy` where `most_waiting` wait, and what `work` says."""
        queues = self._queues.setdefault(asyncio.get_running_loop(), {})
        queue = queues.setdefault(current_tenant_id(), Queue())
        if len(queue.waiting) >= self.most_waiting:
            raise Busy
        done: asyncio.Future[Given] = asyncio.get_running_loop().create_future()
        queue.waiting.append((asked, done))
        if queue.task is None:
            queue.task = asyncio.create_task(self._drain(queue), name=self.name)
        return await done

    async def _drain(self, queue: Queue[Asked, Given]) -> None:
        try:
            while queue.waiting:
                batch, queue.waiting = queue.waiting[: self.at_once], queue.waiting[self.at_once :]
                await self._do(batch)
                if self.pause and 0 < len(queue.waiting) < self.at_once:
                    await asyncio.sleep(self.pause)
        finally:
            queue.task = None

    async def _do(self, batch: list[tuple[Asked, asyncio.Future[Given]]]) -> None:
        """Whatever goes wrong, nobody waits for ever: who was not answered may ask again."""
        outcomes: Sequence[Given | Exception]
        try:
            outcomes = await self.work([asked for asked, _done in batch])
        except Exception as error:
            log.exception("%d %s went wrong", len(batch), self.name)
            outcomes = [error for _each in batch]
        for (_asked, done), outcome in zip(batch, outcomes, strict=True):
            if done.done():
                continue
            if isinstance(outcome, Exception):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)
