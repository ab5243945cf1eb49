"""Pictures of service accounts: checked by their content, written anew, and public, since every visitor sees them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from PIL import Image

from core.errors import NotFound
from core.files import TooLarge, TooManyPixels, WrongContent, check_upload
from core.tenancy import random_id

LARGEST_BYTES = 2 * 1024 * 1024
SMALLEST = 200  # pixels, each side
KEPT = 400
KINDS = ("image/jpeg", "image/png", "image/webp")
MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png"}


class AvatarTooLarge(TooLarge):
    """As a file."""

    text = _("The picture may have 2 MB at most.")
    field = "avatar"


class AvatarRefused(WrongContent):
    """Not a picture, or not one of the kinds."""

    text = _("This is not a picture that can be used, or it is damaged. Allowed are JPG, PNG and WebP.")
    field = "avatar"


class AvatarTooDense(AvatarRefused):
    """Small as a file, huge in memory; moving pictures are counted with all that they show."""

    text = _("The picture has too many pixels. Use one that does not move, of 6000 × 6000 pixels at most.")


class AvatarMisshapen(AvatarRefused):
    """Not square, or too small to look good."""

    text = _("The picture must be square, at least 200 × 200 pixels.")


@dataclass(frozen=True)
class Avatar:
    """A picture that passed."""

    content: bytes
    extension: str


def check_avatar(upload: File[Any]) -> Avatar:
    """Look into the file and write it anew, not larger than anybody sees it; raises one of the refusals above."""
    try:
        checked = check_upload(upload, "avatar", at_most=LARGEST_BYTES)
    except TooLarge as refusal:
        raise AvatarTooLarge from refusal
    except TooManyPixels as refusal:
        raise AvatarTooDense from refusal
    except WrongContent as refusal:
        raise AvatarRefused from refusal
    if checked.media_type not in KINDS:
        raise AvatarRefused
    if checked.width != checked.height or (checked.width or 0) < SMALLEST:
        raise AvatarMisshapen
    checked.content.seek(0)
    with Image.open(checked.content) as image:
        return _drawn(image)


def _drawn(image: Image.Image) -> Avatar:
    """Still, with its transparency if it has any, and with 8 bits for each colour."""
    clear = image.has_transparency_data
    if image.mode.startswith("I"):  # 16 bits of grey, which a plain conversion would cut off at white
        image = image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    drawn = image.convert("RGBA" if clear else "RGB")
    drawn.thumbnail((KEPT, KEPT))
    buffer = io.BytesIO()
    if clear:
        drawn.save(buffer, "PNG", optimize=True)
    else:
        drawn.save(buffer, "JPEG", quality=88)
    return Avatar(buffer.getvalue(), ".png" if clear else ".jpg")


def keep(avatar: Avatar, *, tenant_id: int, account: str) -> str:
    """Store it; returns the address that the account's row holds. A new picture has a new address."""
    name = f"{random_id()}{avatar.extension}"
    default_storage.save(_path(tenant_id, name), ContentFile(avatar.content))
    return reverse("channels:face", args=[account, name])


def discard(address: str, *, tenant_id: int) -> None:
    """Remove the file behind an address."""
    if address:
        default_storage.delete(_path(tenant_id, address.rsplit("/", 1)[-1]))


def opened(address: str, *, tenant_id: int) -> tuple[File[Any], str]:
    """The file behind an address and its media type; raises `NotFound`."""
    media_type = MEDIA_TYPES.get(PurePath(address).suffix)
    path = _path(tenant_id, address.rsplit("/", 1)[-1])
    if media_type is None or not default_storage.exists(path):
        raise NotFound
    return default_storage.open(path), media_type


def _path(tenant_id: int, name: str) -> str:
    return f"{tenant_id}/faces/{name}"
