"""Signed links to stored files."""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

from core.errors import NotFound
from core.web.sealing import InvalidSeal, seal_stable, unseal_stable

# Addresses work for at least a week, and stay the same within a day, so that browsers can cache what they lead to.
LINK_SECONDS = 7 * 24 * 3600
LINK_STAYS = 24 * 3600


def file_url(tenant_id: int, public_id: str, name: str) -> str:
    """The address of an attachment, valid for a week; give it only to those who may see the file."""
    ticket = seal_stable("file", [tenant_id, public_id], within=LINK_STAYS)
    return reverse("files:file", args=[ticket, name])


def read_ticket(ticket: str) -> tuple[int, str]:
    """Tenant id and public id of the attachment of a signed address; raises `NotFound` where it is forged or
    expired."""
    try:
        tenant_id, public_id = _signed_only(ticket) if ":" in ticket else _unsealed(ticket)
    except (InvalidSeal, BadSignature, ValueError, TypeError) as forged:
        raise NotFound from forged
    return tenant_id, public_id


def _unsealed(ticket: str) -> Any:
    return unseal_stable("file", ticket, at_most=LINK_SECONDS + LINK_STAYS)


def _signed_only(ticket: str) -> Any:
    """Reads addresses of earlier versions, which were signed and not encrypted; the last expires a week after the
    upgrade."""
    return TimestampSigner(salt="file").unsign_object(ticket, max_age=LINK_SECONDS)
