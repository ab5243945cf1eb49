"""Agents whose browsers are gone."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.agents.presence import absent_agents, leave_if_still_gone
from accounts.agents.rules import GRACE
from accounts.models import Agent, Status
from core.tasks import for_each_row, tenant_task


def tenants_with_absent_agents() -> Iterable[int]:
    """Tenants with an agent whom no browser has shown for the grace."""
    return (
        Agent.objects.exclude(status=Status.OFFLINE)
        .filter(seen_at__lt=timezone.now() - GRACE)
        .values_list("tenant_id", flat=True)
        .distinct()
    )


@tenant_task
def set_absent_offline() -> None:
    """Agents whose grace is over go offline."""
    for_each_row(absent_agents(), leave_if_still_gone)
