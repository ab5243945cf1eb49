"""The first messages of visitors who arrive at the same time: opened together, while nobody waits longer when idle.

One batch per tenant and process is under way; who arrives meanwhile is in the next.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from channels_app.models import Channel
from conversations.lifecycle.opening import Arrival, post_first_all
from conversations.posting.drafts import Draft, Outcome
from core.errors import Busy, NotFound
from core.tenancy.threads import in_thread
from customers.models import Customer

log = logging.getLogger(__name__)
AT_ONCE = 50  # arrivals in one transaction
MAX_WAITING = 2000  # more are refused as `busy`
Message = tuple[int, int, Draft]  # customer, channel, and what is said
Waiting = tuple[Message, asyncio.Future[Outcome]]


@dataclass
class Arrivals:
    """The queue of one tenant in one process."""

    waiting: list[Waiting] = field(default_factory=list)
    task: asyncio.Task[None] | None = None

    async def post(self, *, customer_id: int, channel_id: int, draft: Draft) -> Outcome:
        """`post_first`, after commit. Raises what it raises, and `Busy`."""
        if len(self.waiting) >= MAX_WAITING:
            raise Busy
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.waiting.append(((customer_id, channel_id, draft), done))
        if self.task is None:
            self.task = asyncio.create_task(self._drain(), name="arrivals")
        return await done

    async def _drain(self) -> None:
        try:
            while self.waiting:
                batch, self.waiting = self.waiting[:AT_ONCE], self.waiting[AT_ONCE:]
                await self._write(batch)
        finally:
            self.task = None

    async def _write(self, batch: list[Waiting]) -> None:
        """Whatever goes wrong, nobody waits for ever: who was not answered may send again."""
        try:
            outcomes = await in_thread(post_messages, [message for message, _done in batch])
        except Exception as error:
            log.exception("%d first messages went wrong", len(batch))
            outcomes = [error for _each in batch]
        for (_message, done), outcome in zip(batch, outcomes, strict=True):
            if done.done():
                continue
            if isinstance(outcome, Exception):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)


def post_messages(messages: list[Message]) -> list[Outcome | Exception]:
    """`post_first_all` for ids; `NotFound` where the customer or the channel is gone."""
    customers = Customer.objects.in_bulk([customer for customer, _channel, _draft in messages])
    channels = Channel.objects.select_related("tenant").in_bulk([channel for _customer, channel, _draft in messages])
    there = [customer in customers and channel in channels for customer, channel, _draft in messages]
    known = [
        Arrival(customers[customer], channels[channel], draft)
        for (customer, channel, draft), is_there in zip(messages, there, strict=True)
        if is_there
    ]
    outcomes = iter(post_first_all(known))
    return [next(outcomes) if is_there else NotFound() for is_there in there]


_arrivals: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, Arrivals]] = WeakKeyDictionary()


def arrivals(tenant_id: int) -> Arrivals:
    """The tenant's arrivals on the running event loop."""
    return _arrivals.setdefault(asyncio.get_running_loop(), {}).setdefault(tenant_id, Arrivals())
