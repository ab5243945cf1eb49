"""The sweep that indexes messages."""

from collections.abc import Iterable, Sequence

from conversations.models import SearchBacklog
from conversations.search.indexing import index_backlog, note
from core.tasks import enqueue, tenant_task
from core.tenancy.scope import current_tenant_id


def tenants_with_unindexed() -> Iterable[int]:
    """Ids of tenants with a backlog."""
    return SearchBacklog.objects.values_list("tenant_id", flat=True).distinct()


@tenant_task
def index_messages() -> None:
    """Indexes messages for the search, and takes recalled ones out of the index. What the count of their events
    noted, and what older versions left, is in the backlog."""
    index_backlog()


def index_later(event_ids: Sequence[int]) -> None:
    """Notes what these logged events made to be indexed, in the caller's transaction, and enqueues the task after the
    commit."""
    if event_ids and note(event_ids):
        enqueue(index_messages, current_tenant_id())
