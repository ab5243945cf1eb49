"""Signed links to stored files."""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

from core.errors import NotFound
from core.web.sealing import Unsealed, seal_alike, unseal_alike

# Addresses work for a week at least, and stay the same within a day: a browser need not load again what it has.
LINK_SECONDS = 7 * 24 * 3600
LINK_STAYS = 24 * 3600


def file_url(tenant_id: int, public_id: str, name: str) -> str:
    """An address of an attachment that works for a week; only those who may see the file are given it."""
    ticket = seal_alike("file", [tenant_id, public_id], within=LINK_STAYS)
    return reverse("files:file", args=[ticket, name])


def read_ticket(ticket: str) -> tuple[int, str]:
    """Tenant and attachment of an address that we gave; raises `NotFound`."""
    try:
        tenant_id, public_id = _signed_only(ticket) if ":" in ticket else _unsealed(ticket)
    except (Unsealed, BadSignature, ValueError, TypeError) as forged:
        raise NotFound from forged
    return tenant_id, public_id


def _unsealed(ticket: str) -> Any:
    return unseal_alike("file", ticket, at_most=LINK_SECONDS + LINK_STAYS)


def _signed_only(ticket: str) -> Any:
    """As addresses were made once; none is good for longer than a week after the upgrade."""
    return TimestampSigner(salt="file").unsign_object(ticket, max_age=LINK_SECONDS)
