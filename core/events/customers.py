"""What happens to customers."""

from dataclasses import dataclass

from core.events.base import Audience, ConversationEvent


@dataclass(frozen=True, kw_only=True)
class CustomerMoved(ConversationEvent):
    """The visitor looks at another page; `customers_customer` says which. The desk draws the customer anew."""

    name = "customer.moved"
    audience = frozenset({Audience.HOLDER})
    logged = False
