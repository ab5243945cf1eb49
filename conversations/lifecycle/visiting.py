"""The page that a visitor looks at."""

from django.db import transaction

from conversations.lifecycle.state import ids_of
from conversations.models import Conversation
from conversations.states import State
from core import bus
from core.events.base import Audience
from core.events.customers import CustomerMoved
from customers.visits.actions import remember_visit


def record_visit(*, customer_id: int, channel_id: int, **values: str) -> None:
    """Stores visit data (`remember_visit`) and publishes `customer.moved` to the agent of the open conversation."""
    with transaction.atomic():
        remember_visit(customer_id=customer_id, **values)
        here = Conversation.objects.filter(customer_id=customer_id, channel_id=channel_id, state=State.ACTIVE)
        for conversation in here:
            bus.publish(CustomerMoved(**ids_of(conversation)), show={Audience.HOLDER: {}})
