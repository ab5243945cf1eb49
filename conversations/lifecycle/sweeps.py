"""Sweeps of conversations that are past a time limit or whose agent is gone."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import Min, QuerySet

from conversations.lifecycle import ending
from conversations.lifecycle.queries import held_by_nobody
from conversations.lifecycle.transferring import give_back_absent, give_back_left
from conversations.models import Conversation
from conversations.states import State
from conversations.timers import limits
from conversations.timers.limits import SILENT_SINCE, WAITING_FROM, waiting_for_absent
from conversations.timers.settings import IDLE_END, WAITING_EXPIRY
from core import clock
from core.actors import SYSTEM
from core.batches import for_each_batch
from core.settings.declare import Setting
from core.settings.resolve import resolve
from core.settings.stored import overrides_anywhere, overrides_of
from core.tasks import AT_MOST, tenant_task


def _tenants_past(state: State, since: Any, setting: Setting) -> Iterable[int]:
    """Ids of tenants with a conversation in `state` older than the shortest limit that any of their places sets;
    opening hours are not considered, so some may have nothing due."""
    overrides = overrides_anywhere(setting.name)
    general = resolve(setting, overrides_of([setting.name], ()), ()).value
    oldest = Conversation.objects.filter(state=state).values_list("tenant_id").annotate(oldest=Min(since))
    for tenant_id, begin in oldest.order_by():
        shortest = min([general, *overrides.get(tenant_id, [])])
        if begin is not None and begin <= clock.now() - timedelta(minutes=shortest):
            yield tenant_id


def tenants_with_idle() -> Iterable[int]:
    """Ids of tenants that may have idle conversations."""
    return _tenants_past(State.ACTIVE, SILENT_SINCE, IDLE_END)


def tenants_with_expired() -> Iterable[int]:
    """Ids of tenants whose queues may have expired waits."""
    return _tenants_past(State.QUEUED, WAITING_FROM, WAITING_EXPIRY)


def tenants_with_held_by_nobody() -> Iterable[int]:
    """Ids of tenants with conversations of disabled or deleted agents."""
    return held_by_nobody().values_list("tenant_id", flat=True).distinct()


def tenants_with_held_by_absent() -> Iterable[int]:
    """Ids of tenants with customers who wait for a reply of an absent agent."""
    return waiting_for_absent().values_list("tenant_id", flat=True).distinct()


@tenant_task
def end_idle() -> None:
    """Ends active conversations without a message since the last message or hand-over for the idle time of their place
    (default 60 minutes).

    Some in a transaction, so that a worker that dies leaves whole conversations.
    """
    for_each_batch(_ids(limits.idle()), ending.end_idle)


@tenant_task
def expire_waiting() -> None:
    """Ends conversations that have waited, since they last entered the queue, for longer than their place allows
    (default 24 hours of its opening time)."""
    for_each_batch(_ids(limits.expired()), ending.end_expired)


@tenant_task
def give_back_held_by_nobody() -> None:
    """Returns conversations of agents who are disabled, deleted or without a desk to the queue.

    The listener does it at once, unless a crash lost its call.
    """
    for_each_batch(_ids(held_by_nobody()), partial(give_back_left, actor=SYSTEM))


@tenant_task
def give_back_held_by_absent() -> None:
    """Returns conversations to the queue whose customer waits for a reply of an agent who is away for longer than
    `absent_holder` (default 1 minute after the grace).

    A sweep alone, because no event tells that a customer writes to an absent agent.
    """
    for_each_batch(_ids(limits.held_by_absent()), partial(give_back_absent, actor=SYSTEM))


def _ids(due: "QuerySet[Conversation]") -> list[int]:
    return list(due.values_list("pk", flat=True)[:AT_MOST])
