"""Receiving, checking and serving attachments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import Tenant
from channels_app.models import ServiceAccount
from channels_app.service_accounts import avatars
from conversations.models import Attachment
from conversations.timeline.wire import file_object
from core.actors import Actor
from core.files.check import check_upload
from core.files.store import orphans, store
from core.tenancy.scope import current_tenant_id
from core.web.local_limits import TurnOwner


def upload(*, actor: Actor, file: File[Any], name: str, at_most: int, network: str = "") -> Attachment:
    """Checks and stores a file of at most `at_most` bytes; after a refusal (`core/files/check.py`) nothing is stored.

    Checking slots are limited per `network` for visitors, and per tenant for agents.
    """
    among = network if actor.kind == "customer" else ("company", current_tenant_id())
    checked = check_upload(file, name, at_most=at_most, owner=TurnOwner((actor.kind, actor.row_id), among))
    path = store(checked, current_tenant_id())
    try:
        with transaction.atomic():
            return Attachment.objects.create(
                owner_kind=actor.kind,
                owner_id=actor.row_id,
                kind=checked.kind,
                name=checked.name,
                media_type=checked.media_type,
                size=checked.size,
                width=checked.width,
                height=checked.height,
                path=path,
            )
    except BaseException:
        default_storage.delete(path)
        raise


def attachment_object(attachment: Attachment) -> dict[str, Any]:
    """The answer to an upload: `file` as in a message, and the kind of message that may carry it."""
    shown = file_object(
        {
            "tenant_id": attachment.tenant_id,
            "file_id": attachment.public_id,
            "file_name": attachment.name,
            "file_size": attachment.size,
            "file_type": attachment.media_type,
            "file_width": attachment.width,
            "file_height": attachment.height,
        }
    )
    return shown | {"kind": attachment.kind}


def stray_files(tenant: Tenant, *, before: datetime) -> list[str]:
    """Paths of files that no row of the tenant names, left by a crash or a full disk.

    Only files younger than the tenant, so that kefu does not empty the folder of another database.
    """
    found = set(orphans(str(tenant.pk), after=tenant.created_at, before=before))
    if found:
        for path in Attachment.objects.filter(tenant=tenant).values_list("path", flat=True).iterator():
            found.discard(path)
    faces = set(orphans(avatars.folder(tenant.pk), after=tenant.created_at, before=before))
    if faces:
        accounts = ServiceAccount.objects.filter(tenant=tenant).exclude(avatar="")
        faces -= {
            avatars.path_of(address, tenant_id=tenant.pk) for address in accounts.values_list("avatar", flat=True)
        }
    return sorted(found | faces)


def discard(attachment: Attachment) -> None:
    """Removes row and file, the row first, so that no row points to a missing file."""
    path = attachment.path
    attachment.delete()
    default_storage.delete(path)
