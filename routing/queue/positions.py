"""Publishing of queue positions to waiting visitors."""

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

MAX_PUBLISHED = 200  # positions further back change too slowly to be worth a frame; digests carry them
PUBLISH_SECONDS = 1.0  # between two publications in one long dispatch
_moved: ContextVar[set[int] | None] = ContextVar("queues that moved", default=None)


@contextmanager
def batched_positions() -> Iterator[None]:
    """Queues that move inside are published once, at the end; in a long block also every `PUBLISH_SECONDS`. Nests."""
    if _moved.get() is not None:
        yield
        return
    moved = _Moved()
    token = _moved.set(moved)
    try:
        yield
    finally:
        _moved.reset(token)
        moved.publish()


class _Moved(set[int]):
    """Ids of the service accounts whose queues moved since the last publication."""

    def __init__(self) -> None:
        super().__init__()
        self.published_at = time.monotonic()

    def add(self, service_account_id: int) -> None:
        super().add(service_account_id)
        if time.monotonic() - self.published_at > PUBLISH_SECONDS:
            self.publish()

    def publish(self) -> None:
        for service_account_id in sorted(self):
            _publish(service_account_id)
        self.clear()
        self.published_at = time.monotonic()


def request_digests_of_waiting(*, tenant_id: int, service_account_ids: Sequence[int]) -> None:
    """The first 200 visitors waiting for these accounts get a digest: position, and whether anybody is online."""
    waiting = queue_rows(service_account_ids, at_most=MAX_PUBLISHED)
    pages = [(row["customer_id"], row["channel_id"]) for row in waiting]
    hub.request_digests(tenant_id, [groups.visitor_group(tenant_id, *each) for each in pages])


def publish_positions(*, service_account_id: int) -> None:
    """One ephemeral frame for each of the first 200 waiting visitors; inside `batched_positions` at its end."""
    moved = _moved.get()
    if moved is None:
        _publish(service_account_id)
    else:
        moved.add(service_account_id)


@transaction.atomic
def _publish(service_account_id: int) -> None:
    for place, row in enumerate(queue_rows([service_account_id], at_most=MAX_PUBLISHED), start=1):
        event = QueuePositionChanged(
            tenant_id=row["tenant_id"],
            conversation_id=row["conversation_id"],
            conversation=row["conversation"],
            customer_id=row["customer_id"],
            channel_id=row["channel_id"],
            service_account_id=service_account_id,
        )
        bus.publish(event, show={Audience.VISITOR: {"position": place}})
