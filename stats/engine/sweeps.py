"""The sweep that counts events."""

from collections.abc import Iterable

from core.models import LoggedEvent
from core.tasks import tenant_task
from stats.engine import counting


def tenants_with_uncounted() -> Iterable[int]:
    """Ids of tenants with uncounted events."""
    return LoggedEvent.objects.filter(counted=False).values_list("tenant_id", flat=True).distinct()


@tenant_task
def count_events() -> None:
    """Counts events that are not counted yet into the numbers of the reports (docs/data-model.md).

    Safe to run twice and concurrently (`counting.py`).
    """
    counting.count_events()
