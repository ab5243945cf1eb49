"""Uploads that nobody sent, files that nobody knows."""


from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Min, QuerySet
from django.utils import timezone

from accounts.models import Tenant
from conversations.lifecycle.ending import end_if_expired, end_if_idle
from conversations.lifecycle.transferring import give_back_if_absent, give_back_if_left
from conversations.timers.limits import SILENT_SINCE, WAITING_FROM, expired, held_by_absent, idle, waiting_for_absent
from conversations.models import Attachment, Conversation
from conversations.lifecycle.queries import held_by_nobody
from conversations.states import State
from conversations.messages.uploads import discard, stray_files
from core import clock
from core.actors import SYSTEM
from core.settings.declare import Setting
from core.settings.resolve import resolve
from core.settings.stored import said_anywhere, what_is_said
from core.settings.known import IDLE_END, WAITING_EXPIRY
from core.tenancy.scope import current_tenant_id
from core.tasks import each, tenant_task

from conversations.timers.limits import AT_MOST


UNUSED_AFTER = timedelta(days=1)


def unused() -> QuerySet[Attachment]:
    """Uploads of yesterday that no message carries."""
    return Attachment.objects.filter(messages=None, created_at__lt=timezone.now() - UNUSED_AFTER)


def tenants_with_unused() -> Iterable[int]:
    """Tenants with uploads to remove."""
    return unused().values_list("tenant_id", flat=True).distinct()


def tenants_with_stray_files() -> Iterable[int]:
    """Tenants with files to remove that no row names."""
    before = timezone.now() - UNUSED_AFTER
    for tenant in Tenant.objects.order_by("pk"):
        if stray_files(tenant, before=before):
            yield tenant.pk


@tenant_task
def remove_stray_files() -> None:
    """Remove files that no row names."""
    tenant = Tenant.objects.get(pk=current_tenant_id())
    each(stray_files(tenant, before=timezone.now() - UNUSED_AFTER), default_storage.delete)


@tenant_task
def remove_unused_uploads() -> None:
    """Remove row and file of uploads that no message carries."""
    each(list(unused()[:AT_MOST]), discard)
