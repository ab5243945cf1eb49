"""Sets agents without a browser offline."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.agents.presence import absent_agents, set_absent
from accounts.agents.rules import GRACE
from accounts.models import Agent, Status
from core.batches import for_each_batch
from core.tasks import tenant_task


def tenants_with_absent_agents() -> Iterable[int]:
    """Ids of the tenants with an agent who is not offline but absent."""
    return (
        Agent.objects.exclude(status=Status.OFFLINE)
        .filter(seen_at__lt=timezone.now() - GRACE)
        .values_list("tenant_id", flat=True)
        .distinct()
    )


@tenant_task
def set_absent_offline() -> None:
    """Sets agents offline whom no browser has shown for 60 s."""
    for_each_batch(absent_agents(), set_absent)
