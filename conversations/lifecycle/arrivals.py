"""The first messages of visitors who arrive at the same time: opened together, while nobody waits longer when idle."""

from conversations.lifecycle.opening import Arrival, post_first_all
from conversations.posting.drafts import Draft, Outcome
from core.live.batches import Batches
from core.tenancy.threads import in_thread


async def post_first_soon(*, customer_id: int, channel_id: int, draft: Draft) -> Outcome:
    """`post_first`, after commit, in the tenant's scope. Raises what it raises, and `Busy`."""
    return await arrivals.call(Arrival(customer_id, channel_id, draft))


async def _post(several: list[Arrival]) -> list[Outcome | Exception]:
    return await in_thread(post_first_all, several)


arrivals: Batches[Arrival, Outcome] = Batches("arrivals", _post)
