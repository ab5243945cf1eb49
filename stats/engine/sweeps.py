"""What the clock rings: take what happened into the numbers."""

from collections.abc import Iterable

from core.models import LoggedEvent
from core.tasks import tenant_task
from stats.engine import counting


def tenants_with_uncounted() -> Iterable[int]:
    """Tenants with events that are not in the numbers yet."""
    return LoggedEvent.objects.filter(counted=False).values_list("tenant_id", flat=True).distinct()


@tenant_task
def count_events() -> None:
    """Takes events that are not counted yet into the numbers of the reports (docs/data-model.md).

    Safe to run twice and beside itself (`counting.py`).
    """
    counting.count_events()
