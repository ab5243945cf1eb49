"""What happens to customers."""


from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar

from core.actors import SYSTEM, Actor

from core.events.base import Audience, ConversationEvent


@dataclass(frozen=True, kw_only=True)
class CustomerMoved(ConversationEvent):
    """The visitor looks at another page; `accounts_customer` says which."""

    name = "customer.moved"
    audience = frozenset({Audience.HOLDER})
    logged = False
