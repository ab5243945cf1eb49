"""Take a file in, check it, keep it; and give it back to those who hold its signed address."""

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
    """Check and keep a file; raises a refusal of `core/files/check.py` and then leaves nothing behind.

    Visitors of one `network` wait for each other; agents, who signed in, for nobody but colleagues.
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
    """An upload's answer: `file` as in a message, and which kind of message it is for."""
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
    """Paths of files that no row of the tenant names: written when a process, or the disk's space, came to its end.

    Only what is younger than the tenant: a kefu that is pointed at another database must not empty this folder.
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
    """Remove row and file; the row first, so that no row ever points to nothing."""
    path = attachment.path
    attachment.delete()
    default_storage.delete(path)
