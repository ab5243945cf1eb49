"""What happens to customers."""

from dataclasses import dataclass

from core.events.base import Audience, ConversationEvent


@dataclass(frozen=True, kw_only=True)
class CustomerMoved(ConversationEvent):
    """The visitor opened another page, stored in `customers_customer`. The desk shows it."""

    name = "customer.moved"
    audience = frozenset({Audience.HOLDER})
    logged = False
