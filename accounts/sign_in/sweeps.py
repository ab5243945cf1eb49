"""Removes expired sessions."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import Session
from core.tasks import tenant_task


def tenants_with_old_sessions() -> Iterable[int]:
    """Ids of the tenants with expired sessions."""
    return (
        Session.objects.filter(expire_date__lt=timezone.now(), tenant__isnull=False)
        .values_list("tenant_id", flat=True)
        .distinct()
    )


@tenant_task
def remove_old_sessions() -> None:
    """Removes sessions that ran out."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
