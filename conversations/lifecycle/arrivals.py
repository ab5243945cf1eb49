"""The first messages of visitors who arrive at the same time: opened together, while nobody waits longer when idle."""

from channels_app.models import Channel
from conversations.lifecycle.opening import Arrival, post_first_all
from conversations.posting.drafts import Draft, Outcome
from core.errors import NotFound
from core.live.batches import Batches
from core.tenancy.threads import in_thread
from customers.models import Customer

AT_ONCE = 50  # arrivals in one transaction
MAX_WAITING = 2000  # more are refused as `busy`
Message = tuple[int, int, Draft]  # customer, channel, and what is said


async def post_first_soon(*, customer_id: int, channel_id: int, draft: Draft) -> Outcome:
    """`post_first`, after commit, in the tenant's scope. Raises what it raises, and `Busy`."""
    return await arrivals.call((customer_id, channel_id, draft))


async def _post(messages: list[Message]) -> list[Outcome | Exception]:
    return await in_thread(post_messages, messages)


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


arrivals: Batches[Message, Outcome] = Batches("arrivals", _post, at_once=AT_ONCE, most_waiting=MAX_WAITING)
