"""Many at once, where one that fails harms nobody else."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from core.errors import Busy
from core.tenancy.threads import in_thread

log = logging.getLogger(__name__)
AT_ONCE = 50  # rows in one transaction: others wait for their locks meanwhile
MAX_WAITING = 2000  # more are refused as `busy`
T = TypeVar("T")
R = TypeVar("R")


def batches(rows: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """The rows in their order, at most `size` at once."""
    several = iter(rows)
    while batch := list(islice(several, size)):
        yield batch


def together(act: Callable[[Sequence[T]], Sequence[R]], items: Sequence[T]) -> list[R | Exception]:
    """What `act`, one transaction, returns for each item, or why it failed.

    Where it fails for all of them each is tried alone, so that only the faulty one does.
    """
    if not items:
        return []
    try:
        return list(act(items))
    except Exception as error:  # noqa: BLE001 – where it is alone it is its sender's
        if len(items) == 1:
            return [error]
        log.warning("%d are taken apart: %s", len(items), type(error).__name__)
        return [result for each in items for result in together(act, [each])]


def for_each_batch(rows: Sequence[T], act: Callable[[Sequence[T]], int]) -> int:
    """Calls `act`, one transaction, with `AT_ONCE` rows at once, and with each alone where it fails; an error is
    logged and keeps no other row from its call. Returns the sum of its results."""
    return sum(_act_on(batch, act) for batch in batches(rows))


def _act_on(rows: Sequence[Any], act: Callable[[Sequence[Any]], int]) -> int:
    try:
        return act(rows)
    except Exception:
        log.exception("%s failed for %s", getattr(act, "__name__", act), list(rows))
        return sum(_act_on([each], act) for each in rows) if len(rows) > 1 else 0


@dataclass
class Gatherer(Generic[T, R]):
    """Hands `act` everything that came while its last call was under way: no wait when idle, batches under load.

    One for each tenant and event loop; the first of a batch lends its scope.
    """

    act: Callable[[Sequence[T]], Sequence[R | Exception]]
    waiting: list[tuple[T, asyncio.Future[R]]] = field(default_factory=list)
    task: asyncio.Task[None] | None = None

    async def add(self, item: T) -> R:
        """What `act` returns for the item; raises what it returns as its error, and `Busy`."""
        if len(self.waiting) >= MAX_WAITING:
            raise Busy
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self.waiting.append((item, done))
        if self.task is None:
            self.task = asyncio.create_task(self._drain())
        return await done

    async def _drain(self) -> None:
        try:
            while self.waiting:
                batch, self.waiting = self.waiting[:AT_ONCE], self.waiting[AT_ONCE:]
                await self._handle(batch)
        finally:
            self.task = None

    async def _handle(self, batch: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        """Whatever goes wrong, nobody waits for ever."""
        results: Sequence[R | Exception]
        try:
            results = await in_thread(self.act, [item for item, _done in batch])
        except Exception as error:
            log.exception("%d at once went wrong", len(batch))
            results = [error] * len(batch)
        for (_item, done), result in zip(batch, results, strict=True):
            if done.done():
                continue
            if isinstance(result, Exception):
                done.set_exception(result)
            else:
                done.set_result(result)


_gatherers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[Any, int], Any]] = WeakKeyDictionary()


def gathered(act: Callable[[Sequence[T]], Sequence[R | Exception]], tenant_id: int) -> Gatherer[T, R]:
    """The tenant's gatherer of the action on the running event loop."""
    found: dict[tuple[Any, int], Gatherer[T, R]] = _gatherers.setdefault(asyncio.get_running_loop(), {})
    return found.setdefault((act, tenant_id), Gatherer(act))
