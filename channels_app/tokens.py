"""The visitor's token: signed, bound to one channel, 180 days from its last renewal, revocable by its generation."""

from dataclasses import asdict, dataclass

from django.core.signing import BadSignature, TimestampSigner

LONGEST = 500
LIFETIME_SECONDS = 180 * 24 * 3600


@dataclass(frozen=True)
class VisitorToken:
    """Who a visitor is: rows of one tenant, and the generation the customer had when it was made."""

    tenant: int
    channel: int
    customer: int
    generation: int


def sign(token: VisitorToken) -> str:
    """The token as the browser keeps it."""
    return TimestampSigner(salt="visitor").sign_object(asdict(token), compress=False)


def read(text: object) -> VisitorToken | None:
    """The token if we signed it and it is not too old; forged, expired and misshapen ones are None alike."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return None
    try:
        content = TimestampSigner(salt="visitor").unsign_object(text, max_age=LIFETIME_SECONDS)
        return VisitorToken(**{key: int(content[key]) for key in VisitorToken.__dataclass_fields__})
    except (BadSignature, ValueError, KeyError, TypeError):
        return None
