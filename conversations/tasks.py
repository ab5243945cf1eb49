"""What time ends: idle conversations, waits that got too long, uploads nobody used; and what a listener did not do."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Min, QuerySet
from django.utils import timezone

from accounts.models import Tenant
from conversations.actions import end_if_expired, end_if_idle, give_back_if_absent, give_back_if_left
from conversations.limits import SILENT_SINCE, WAITING_FROM, expired, held_by_absent, idle, waiting_for_absent
from conversations.models import Attachment, Conversation
from conversations.queries import held_by_nobody
from conversations.states import State
from conversations.uploads import discard, stray_files
from core import clock
from core.actors import SYSTEM
from core.inheritance import Setting, resolve, said_anywhere, what_is_said
from core.known_settings import IDLE_END, WAITING_EXPIRY
from core.scope import current_tenant_id
from core.tasks import each, tenant_task

AT_MOST = 500  # of one tenant in one sweep; the next one takes the rest
UNUSED_AFTER = timedelta(days=1)


def _tenants_past(state: State, since: Any, setting: Setting) -> Iterable[int]:
    """Tenants with a conversation that is past the shortest time which any of their places says, open or not."""
    said = said_anywhere(setting.name)
    general = resolve(setting, what_is_said([setting.name], ()), ()).value
    oldest = Conversation.objects.filter(state=state).values_list("tenant_id").annotate(oldest=Min(since))
    for tenant_id, begin in oldest.order_by():
        shortest = min([general, *said.get(tenant_id, [])])
        if begin is not None and begin <= clock.now() - timedelta(minutes=shortest):
            yield tenant_id


def unused() -> QuerySet[Attachment]:
    """Uploads of yesterday that no message carries."""
    return Attachment.objects.filter(messages=None, created_at__lt=timezone.now() - UNUSED_AFTER)


def tenants_with_idle() -> Iterable[int]:
    """Tenants who may have something to end."""
    return _tenants_past(State.ACTIVE, SILENT_SINCE, IDLE_END)


def tenants_with_expired() -> Iterable[int]:
    """Tenants in which somebody may have waited too long."""
    return _tenants_past(State.QUEUED, WAITING_FROM, WAITING_EXPIRY)


def tenants_with_held_by_nobody() -> Iterable[int]:
    """Tenants with a conversation that somebody holds who left."""
    return held_by_nobody().values_list("tenant_id", flat=True).distinct()


def tenants_with_held_by_absent() -> Iterable[int]:
    """Tenants with a customer who waits for an answer of somebody who is away."""
    return waiting_for_absent().values_list("tenant_id", flat=True).distinct()


def tenants_with_unused() -> Iterable[int]:
    """Tenants with uploads to remove."""
    return unused().values_list("tenant_id", flat=True).distinct()


@tenant_task
def end_idle() -> None:
    """Each in its own transaction: a worker that dies in the middle leaves whole conversations; the next goes on."""
    each(list(idle().values_list("pk", flat=True)[:AT_MOST]), end_if_idle)


@tenant_task
def expire_waiting() -> None:
    """As `end_idle`, for the queue."""
    each(list(expired().values_list("pk", flat=True)[:AT_MOST]), end_if_expired)


@tenant_task
def give_back_held_by_nobody() -> None:
    """What those held who left: the listener does it at once, unless it was lost in a crash."""
    found = list(held_by_nobody().values_list("pk", flat=True)[:AT_MOST])
    each(found, lambda conversation_id: give_back_if_left(actor=SYSTEM, conversation_id=conversation_id))


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
def give_back_held_by_absent() -> None:
    """A sweep alone: nobody is told when a customer writes to somebody who is away."""
    found = list(held_by_absent().values_list("pk", flat=True)[:AT_MOST])
    each(found, lambda conversation_id: give_back_if_absent(actor=SYSTEM, conversation_id=conversation_id))


@tenant_task
def remove_unused_uploads() -> None:
    """Remove row and file of uploads that no message carries."""
    each(list(unused()[:AT_MOST]), discard)
