"""What time ends: idle conversations, waits that got too long, uploads nobody used."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, QuerySet, Value
from django.utils import timezone

from conversations.actions import end_if_expired, end_if_idle
from conversations.models import Attachment, Conversation
from conversations.states import State
from conversations.uploads import discard
from core.tasks import each, tenant_task

AT_MOST = 500  # of one tenant in one sweep; the next one takes the rest
UNUSED_AFTER = timedelta(days=1)


def _minutes_after(moment: str, minutes: str) -> "ExpressionWrapper[Any]":
    minute = Value(timedelta(minutes=1), output_field=DurationField())
    return ExpressionWrapper(F(moment) + F(minutes) * minute, output_field=DateTimeField())


def idle() -> QuerySet[Conversation]:
    """Active conversations in which nobody wrote for the service account's idle time."""
    ends_at = _minutes_after("last_message_at", "service_account__idle_end_minutes")
    return Conversation.objects.filter(state=State.ACTIVE).alias(ends_at=ends_at).filter(ends_at__lte=timezone.now())


def expired() -> QuerySet[Conversation]:
    """Conversations that waited longer than the service account lets them."""
    ends_at = _minutes_after("queued_at", "service_account__waiting_expiry_minutes")
    return Conversation.objects.filter(state=State.QUEUED).alias(ends_at=ends_at).filter(ends_at__lte=timezone.now())


def unused() -> QuerySet[Attachment]:
    """Uploads of yesterday that no message carries."""
    return Attachment.objects.filter(messages=None, created_at__lt=timezone.now() - UNUSED_AFTER)


def tenants_with_idle() -> Iterable[int]:
    """Tenants with something to end."""
    return idle().values_list("tenant_id", flat=True).distinct()


def tenants_with_expired() -> Iterable[int]:
    """Tenants in which somebody waited too long."""
    return expired().values_list("tenant_id", flat=True).distinct()


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
def remove_unused_uploads() -> None:
    """Remove row and file of uploads that no message carries."""
    each(list(unused()[:AT_MOST]), discard)
