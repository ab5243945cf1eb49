"""The visitor's token: sealed, bound to one channel, 180 days from its last renewal, revocable by its generation."""

from dataclasses import asdict, dataclass
from typing import Any

from django.core.signing import BadSignature, TimestampSigner

from core.web.sealing import Unsealed, seal, unseal

LONGEST = 500
LIFETIME_SECONDS = 180 * 24 * 3600
PURPOSE = "visitor"


@dataclass(frozen=True)
class VisitorToken:
    """Who a visitor is: rows of one tenant, and the generation the customer had when it was made."""

    tenant: int
    channel: int
    customer: int
    generation: int


def sign(token: VisitorToken) -> str:
    """The token as the browser keeps it."""
    return seal(PURPOSE, asdict(token))


def read(text: object) -> VisitorToken | None:
    """The token if it is ours and not too old; forged, expired and misshapen ones are None alike."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return None
    try:
        content = _signed_only(text) if ":" in text else unseal(PURPOSE, text, at_most=LIFETIME_SECONDS)
        return VisitorToken(**{key: int(content[key]) for key in VisitorToken.__dataclass_fields__})
    except (Unsealed, BadSignature, ValueError, KeyError, TypeError):
        return None


def _signed_only(text: str) -> Any:
    """As tokens were made once, for everybody to read. Browsers that still have one get a sealed one with their next
    page; the last is too old 180 days after the upgrade."""
    return TimestampSigner(salt="visitor").unsign_object(text, max_age=LIFETIME_SECONDS)
