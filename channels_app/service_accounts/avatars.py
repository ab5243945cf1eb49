"""Pictures of service accounts: validated by content, redrawn, and public, since every visitor sees them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.errors import NotFound
from core.files import pictures
from core.files import store as file_store
from core.files.check import TooLarge, WrongContent
from core.tenancy.models import random_id
from core.web.local_limits import TurnOwner

LARGEST_BYTES = 2 * 1024 * 1024
SMALLEST = 200  # pixels, each side
AVATAR_PIXELS = 400
KINDS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png"}


class AvatarTooLarge(TooLarge):
    """The file exceeds `LARGEST_BYTES`."""

    text = _("The picture may have 2 MB at most.")
    field = "avatar"


class AvatarRefused(WrongContent):
    """The file is not a picture of an allowed kind, or is damaged."""

    text = _("This is not a picture that can be used, or it is damaged. Allowed are JPG, PNG and WebP.")
    field = "avatar"


class AvatarTooDense(AvatarRefused):
    """The picture has too many pixels; of an animation those of all frames count."""

    text = _("The picture has too many pixels. Use one that does not move, of 5000 × 5000 pixels at most.")


class AvatarMisshapen(AvatarRefused):
    """The picture is not square or smaller than `SMALLEST`."""

    text = _("The picture must be square, at least 200 × 200 pixels.")


@dataclass(frozen=True)
class Avatar:
    """A validated and redrawn picture; `extension` with its dot."""

    content: bytes
    extension: str


def check_avatar(upload: File[Any], *, tenant_id: int) -> Avatar:
    """Validates and redraws the picture, at most `AVATAR_PIXELS` pixels a side; raises one of the refusals
    above, or `Busy`."""
    if upload.size > LARGEST_BYTES:
        raise AvatarTooLarge
    upload.seek(0)
    content = upload.read()
    kind = pictures.kind_of(content)
    if kind not in KINDS:
        raise AvatarRefused
    try:
        owner = TurnOwner(("service accounts", tenant_id), ("company", tenant_id))
        drawn = pictures.draw(content, kind, owner=owner, at_most=LARGEST_BYTES, avatar_side=AVATAR_PIXELS)
    except pictures.TooManyPixels as refusal:
        raise AvatarTooDense from refusal
    except pictures.Damaged as refusal:
        raise AvatarRefused from refusal
    if drawn.width != drawn.height or drawn.width < SMALLEST:
        raise AvatarMisshapen
    return Avatar(drawn.content, pictures.EXTENSIONS[drawn.kind])


def keep(avatar: Avatar, *, tenant_id: int, account: str) -> str:
    """Writes the picture; returns its address for the account's row. A new picture has a new address, so it can be
    cached."""
    name = f"{random_id()}{avatar.extension}"
    address = reverse("channels:face", args=[account, name])
    file_store.write_file(ContentFile(avatar.content), path_of(address, tenant_id=tenant_id))
    return address


def discard(address: str, *, tenant_id: int) -> None:
    """Deletes the file behind an address; nothing for ""."""
    if address:
        default_storage.delete(path_of(address, tenant_id=tenant_id))


def opened(address: str, *, tenant_id: int) -> tuple[File[Any], str]:
    """The file behind an address and its media type; raises `NotFound`."""
    media_type = MEDIA_TYPES.get(PurePath(address).suffix)
    if media_type is None:
        raise NotFound
    return file_store.open_file(path_of(address, tenant_id=tenant_id)), media_type


def folder(tenant_id: int) -> str:
    """The folder of a tenant's pictures in the storage."""
    return f"{tenant_id}/faces"


def path_of(address: str, *, tenant_id: int) -> str:
    """The path in the storage of the picture behind an address."""
    return f"{folder(tenant_id)}/{address.rsplit('/', 1)[-1]}"
