"""Publishing of queue positions to waiting visitors."""

from collections.abc import Sequence

from django.db import transaction

from conversations.lifecycle.queries import first_in_queues
from core import bus
from core.background import Background
from core.events.base import Audience
from core.events.conversations import QueuePositionChanged
from core.live import groups, hub
from core.tenancy.scope import current_tenant_id

MAX_PUBLISHED = 200  # positions further back change too slowly to be worth a frame; digests carry them
PUBLISH_SECONDS = 1.0  # between two publications of one queue by a process


def request_digests_of_waiting(*, tenant_id: int, service_account_ids: Sequence[int]) -> None:
    """The first 200 visitors waiting for these accounts get a digest: position, and whether anybody is online."""
    waiting = first_in_queues(service_account_ids, at_most=MAX_PUBLISHED)
    pages = [(row["customer_id"], row["channel_id"]) for row in waiting]
    hub.request_digests(tenant_id, [groups.visitor_group(tenant_id, *each) for each in pages])


def publish_positions(*, service_account_id: int) -> None:
    """One ephemeral frame for each of the first 200 waiting visitors, all in one publication: beside the caller, and
    at most every `PUBLISH_SECONDS`."""
    publishing.request(service_account_id)


@transaction.atomic
def _publish(service_account_id: int) -> None:
    tenant_id, waiting = current_tenant_id(), first_in_queues([service_account_id], at_most=MAX_PUBLISHED)
    places = {row["conversation_id"]: place for place, row in enumerate(waiting, start=1)}
    bus.publish_all(
        [QueuePositionChanged(tenant_id=tenant_id, service_account_id=service_account_id, **row) for row in waiting],
        show=lambda event: {Audience.VISITOR: {"position": places[event.conversation_id]}},
    )


publishing = Background(_publish, pause=PUBLISH_SECONDS)
