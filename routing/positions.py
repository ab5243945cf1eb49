"""Tell waiting visitors their place when the queue in front of them moved."""

from django.db import transaction

from conversations import queries as conversations
from core import bus
from core.events import Audience, QueuePositionChanged

TOLD_AT_MOST = 200  # further back a place changes meaning too slowly to be worth a frame; digests carry it


def tell_positions(*, service_account_id: int) -> None:
    """One ephemeral frame for each of the first 200 who wait."""
    with transaction.atomic():
        for place, facts in enumerate(conversations.queue_rows([service_account_id], at_most=TOLD_AT_MOST), start=1):
            event = QueuePositionChanged(
                tenant_id=facts["tenant_id"],
                conversation_id=facts["conversation_id"],
                conversation=facts["conversation"],
                customer_id=facts["customer_id"],
                channel_id=facts["channel_id"],
                service_account_id=service_account_id,
            )
            bus.publish(event, show={Audience.VISITOR: {"position": place}})
