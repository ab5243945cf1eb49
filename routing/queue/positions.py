"""Tell waiting visitors their place when the queue in front of them moved."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from conversations.lifecycle.queries import queue_rows
from core import bus
from core.events.base import Audience
from core.events.conversations import QueuePositionChanged
from core.live import groups, hub

TOLD_AT_MOST = 200  # further back a place changes meaning too slowly to be worth a frame; digests carry it
EVERY = 1.0  # seconds between two tellings of one long dispatch
_moved: ContextVar[set[int] | None] = ContextVar("queues that moved", default=None)


@contextmanager
def told_together() -> Iterator[None]:
    """Queues that move inside are told once, at the end; those of a long block also now and then. Nests."""
    if _moved.get() is not None:
        yield
        return
    moved = _Moved()
    token = _moved.set(moved)
    try:
        yield
    finally:
        _moved.reset(token)
        moved.tell()


class _Moved(set[int]):
    """Service accounts whose queues moved since the last telling."""

    def __init__(self) -> None:
        super().__init__()
        self.told_at = time.monotonic()

    def add(self, service_account_id: int) -> None:
        super().add(service_account_id)
        if time.monotonic() - self.told_at > EVERY:
            self.tell()

    def tell(self) -> None:
        for service_account_id in sorted(self):
            _tell(service_account_id)
        self.clear()
        self.told_at = time.monotonic()


def let_waiting_look(*, tenant_id: int, service_account_ids: Sequence[int]) -> None:
    """Somebody came or went: who waits may read now that nobody is there, or a place again."""
    waiting = queue_rows(service_account_ids, at_most=TOLD_AT_MOST)
    whom = [(row["customer_id"], row["channel_id"]) for row in waiting]
    hub.request_digests(tenant_id, [groups.visitor_group(tenant_id, *each) for each in whom])


def tell_positions(*, service_account_id: int) -> None:
    """One ephemeral frame for each of the first 200 who wait; at the end of `told_together`, where we are in one."""
    moved = _moved.get()
    if moved is None:
        _tell(service_account_id)
    else:
        moved.add(service_account_id)


@transaction.atomic
def _tell(service_account_id: int) -> None:
    for place, row in enumerate(queue_rows([service_account_id], at_most=TOLD_AT_MOST), start=1):
        event = QueuePositionChanged(
            tenant_id=row["tenant_id"],
            conversation_id=row["conversation_id"],
            conversation=row["conversation"],
            customer_id=row["customer_id"],
            channel_id=row["channel_id"],
            service_account_id=service_account_id,
        )
        bus.publish(event, show={Audience.VISITOR: {"position": place}})
