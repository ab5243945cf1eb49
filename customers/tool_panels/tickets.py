"""What a tool panel is given: an address with a signed context (docs/tool-panels.md).

A JSON Web Token, HS256 (RFC 7515, RFC 7519), by the standard library: the company's server checks it with the secret of
the panel. It is valid for `LIFETIME_SECONDS`, for this panel alone (`aud`).
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from core.actors import Actor
from core.web.sealing import seal, unseal
from customers.models import Customer, ToolPanel

LIFETIME_SECONDS = 300
PARAMETER = "kefu"
PURPOSE = "tool panel"
FOREVER = 10**11  # seconds; a sealed secret does not age


def new_secret() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def sealed(secret: str) -> str:
    """The secret as it is stored."""
    return seal(PURPOSE, secret)


def claims(
    panel: ToolPanel,
    *,
    customer: Customer,
    contact: Mapping[str, str],
    agent: Actor,
    agent_id: str,
    conversation: str,
) -> dict[str, Any]:
    """The context: who the customer is, and beside which conversation whose desk shows it. `contact` only where the
    panel `shares_contact`: phone and e-mail as the agent may see them, whose browser carries the address."""
    now = int(time.time())
    known = {
        "aud": panel.public_id,
        "sub": customer.public_id,
        "name": customer.shown_name,
        "conversation": conversation,
        "agent": {"id": agent_id, "name": agent.name},
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
    }
    return known | (dict(contact) if panel.shares_contact else {})


def address(panel: ToolPanel, content: Mapping[str, Any]) -> str:
    """The panel's address with the token; without one while the panel has no secret."""
    if not panel.sealed_secret:
        return panel.url
    secret = unseal(PURPOSE, panel.sealed_secret, at_most=FOREVER)
    parts = urlsplit(panel.url)
    query = "&".join(filter(None, (parts.query, urlencode({PARAMETER: signed(content, secret)}))))
    return urlunsplit(parts._replace(query=query))


def signed(content: Mapping[str, Any], secret: str) -> str:
    """The token."""
    head = {"alg": "HS256", "typ": "JWT"}
    text = ".".join(_text(json.dumps(each, separators=(",", ":")).encode()) for each in (head, content))
    return f"{text}.{_text(hmac.digest(secret.encode(), text.encode(), hashlib.sha256))}"


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
