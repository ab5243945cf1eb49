"""The visitor's token: encrypted, bound to one channel, valid for 180 days after its last renewal, revocable."""

from dataclasses import asdict, dataclass
from typing import Any

from django.core.signing import BadSignature, TimestampSigner

from core.web.sealing import InvalidSeal, seal, unseal

LONGEST = 500
LIFETIME_SECONDS = 180 * 24 * 3600
PURPOSE = "visitor"


@dataclass(frozen=True)
class VisitorToken:
    """The tenant, channel and customer (ids), and the customer's `token_generation` when it was made."""

    tenant: int
    channel: int
    customer: int
    generation: int


def sign(token: VisitorToken) -> str:
    """The encrypted token, to be kept in the browser."""
    return seal(PURPOSE, asdict(token))


def read(text: object) -> VisitorToken | None:
    """The token; None if it is forged, expired or malformed. Revocation is checked by
    `customer_known_by`, and by `VisitorClient` for sockets and commands."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return None
    try:
        content = _signed_only(text) if ":" in text else unseal(PURPOSE, text, at_most=LIFETIME_SECONDS)
        return VisitorToken(**{key: int(content[key]) for key in VisitorToken.__dataclass_fields__})
    except (InvalidSeal, BadSignature, ValueError, KeyError, TypeError):
        return None


def _signed_only(text: str) -> Any:
    """Reads tokens of earlier versions, which were signed and not encrypted. Browsers get a new one with their next
    page; the last expires 180 days after the upgrade."""
    return TimestampSigner(salt="visitor").unsign_object(text, max_age=LIFETIME_SECONDS)
