"""Sessions that ended."""


from collections.abc import Iterable

from django.utils import timezone

from accounts.agents.presence import absent_agents, leave_if_still_gone
from accounts.models import Agent, Session, Status
from accounts.agents.rules import GRACE
from core.tasks import each, tenant_task



def tenants_with_old_sessions() -> Iterable[int]:
    """Tenants with sessions that ran out."""
    return (
        Session.objects.filter(expire_date__lt=timezone.now(), tenant__isnull=False)
        .values_list("tenant_id", flat=True)
        .distinct()
    )


@tenant_task
def remove_old_sessions() -> None:
    """Remove sessions that ran out."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
