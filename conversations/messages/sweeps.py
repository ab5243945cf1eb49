"""Sweeps of uploads without a message and files without a row."""

from collections.abc import Iterable
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Tenant
from conversations.messages.uploads import discard, stray_files
from conversations.models import Attachment
from core.tasks import AT_MOST, for_each_row, tenant_task
from core.tenancy.scope import current_tenant_id

UNUSED_AFTER = timedelta(days=1)


def unused() -> QuerySet[Attachment]:
    """Uploads older than `UNUSED_AFTER` without a message."""
    return Attachment.objects.filter(messages=None, created_at__lt=timezone.now() - UNUSED_AFTER)


def tenants_with_unused() -> Iterable[int]:
    """Ids of tenants with such uploads."""
    return unused().values_list("tenant_id", flat=True).distinct()


def tenants_with_stray_files() -> Iterable[int]:
    """Ids of tenants with files that no row names."""
    before = timezone.now() - UNUSED_AFTER
    for tenant in Tenant.objects.order_by("pk"):
        if stray_files(tenant, before=before):
            yield tenant.pk


@tenant_task
def remove_stray_files() -> None:
    """Removes files older than a day, but younger than their company, that no row names (after a crash or a full
    disk)."""
    tenant = Tenant.objects.get(pk=current_tenant_id())
    for_each_row(stray_files(tenant, before=timezone.now() - UNUSED_AFTER), default_storage.delete)


@tenant_task
def remove_unused_uploads() -> None:
    """Removes uploads older than a day without a message."""
    for_each_row(list(unused()[:AT_MOST]), discard)
