"""Take a file in, check it, keep it; and give it back to those who hold its signed address."""

from __future__ import annotations

from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from conversations.models import Attachment
from conversations.objects import file_object
from core.actors import Actor
from core.files import check_upload, store
from core.scope import current_tenant_id


def upload(*, actor: Actor, file: File[Any], name: str, at_most: int) -> Attachment:
    """Check and keep a file of `actor`; raises a refusal of `core.files` and then leaves nothing behind."""
    checked = check_upload(file, name, at_most=at_most)
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
    """An upload's answer: `file` as in a message."""
    return file_object(
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


def discard(attachment: Attachment) -> None:
    """Remove row and file; the row first, so that no row ever points to nothing."""
    path = attachment.path
    attachment.delete()
    default_storage.delete(path)
