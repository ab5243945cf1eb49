"""Files that people send: checked by their content, kept outside the web root, served by sealed addresses."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

import puremagic
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import NotFound, Refusal
from core.sealing import Unsealed, seal, unseal
from core.tenancy import random_id

# A JPEG is decoded at a fraction of its size; the others must fit into memory whole.
MOST_PIXELS = {"JPEG": 120_000_000, "PNG": 40_000_000, "GIF": 40_000_000, "WEBP": 40_000_000}
MOST_PIXELS_OF_ALL_FRAMES = 200_000_000
LARGEST_JPEG = (4096, 4096)
MOST_FRAMES = 500
MOST_ZIP_ENTRIES = 10_000
LINK_SECONDS = 7 * 24 * 3600
IMAGE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
OFFICE_ZIP = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
OFFICE_OLD = ("doc", "xls", "ppt")
DOCUMENT_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
Image.MAX_IMAGE_PIXELS = 130_000_000  # Pillow raises at twice that, before anything is decoded
OLE_HEADER = bytes.fromhex("d0cf11e0a1b11ae1")


class TooLarge(Refusal):
    """Over the tenant's limit."""

    code = "too_large"
    status = 413
    text = _("The file is too large.")


class WrongContent(Refusal):
    """The content is not what the name says, or of a kind that is not allowed."""

    code = "file_refused"
    text = _("This file cannot be sent. Allowed are pictures (JPG, PNG, GIF, WebP), PDF, Word, Excel and PowerPoint.")


class TooManyPixels(Refusal):
    """Small as a file, huge in memory."""

    code = "file_refused"
    text = _("The picture has too many pixels.")


@dataclass(frozen=True)
class CheckedFile:
    """Content that passed: what to store, and what it is."""

    kind: str
    name: str
    media_type: str
    content: File[Any]
    size: int
    width: int | None = None
    height: int | None = None


def check_upload(upload: File[Any], name: str, *, at_most: int) -> CheckedFile:
    """Look into the file, not at its name; raises `TooLarge`, `WrongContent` or `TooManyPixels`."""
    if upload.size > at_most:
        raise TooLarge
    name = safe_name(name)
    kind = _kind_of(upload)
    if kind in IMAGE_TYPES:
        return _check_image(upload, name, kind)
    extension = PurePath(name).suffix.lower().lstrip(".")
    if extension in DOCUMENT_TYPES and _is_document(upload, extension):
        upload.seek(0)
        return CheckedFile("file", name, DOCUMENT_TYPES[extension], upload, upload.size)
    raise WrongContent


def safe_name(name: str) -> str:
    """The last part of a path, printable, at most 100 characters, its extension kept."""
    path = PurePath(name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = "".join(letter for letter in path.stem if letter.isprintable() and letter not in '<>:"|?*').strip(". ")
    return f"{stem[:90] or 'file'}{path.suffix[:10]}"


def _kind_of(upload: File[Any]) -> str:
    upload.seek(0)
    try:
        with Image.open(upload) as image:
            # Phones write pictures with depth as several JPEGs in one file; the first is the picture.
            return "JPEG" if image.format == "MPO" else image.format or ""
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return ""
    except Image.DecompressionBombError as bomb:
        raise TooManyPixels from bomb


def _check_image(upload: File[Any], name: str, kind: str) -> CheckedFile:
    """Decode it whole and write it anew: without its metadata (where the camera stood is nobody's business), and
    without whatever stood behind the picture."""
    upload.seek(0)
    try:
        with Image.open(upload) as image:
            frames = 1 if kind == "JPEG" else getattr(image, "n_frames", 1)
            pixels = image.width * image.height
            if pixels > MOST_PIXELS[kind] or frames > MOST_FRAMES or pixels * frames > MOST_PIXELS_OF_ALL_FRAMES:
                raise TooManyPixels
            if kind == "JPEG":
                image.draft("RGB", LARGEST_JPEG)  # decodes at a fraction of the size where it is larger than that
            drawn = image if frames > 1 else ImageOps.exif_transpose(image)
            content, (width, height) = _written(drawn, kind, animated=frames > 1), drawn.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise WrongContent from broken
    stem = PurePath(name).stem
    extension = {"JPEG": ".jpg"}.get(kind, f".{kind.lower()}")
    return CheckedFile("image", f"{stem}{extension}", IMAGE_TYPES[kind], content, content.size, width, height)


def _written(image: Image.Image, kind: str, *, animated: bool) -> File[Any]:
    buffer = io.BytesIO()
    if kind == "JPEG":
        drawn = image if image.mode in ("RGB", "L") else image.convert("RGB")
        drawn.save(buffer, kind, quality=88)
    elif kind == "WEBP":
        image.save(buffer, kind, quality=88, save_all=animated)
    else:
        image.save(buffer, kind, save_all=animated)
    return ContentFile(buffer.getvalue())


def _is_document(upload: File[Any], extension: str) -> bool:
    upload.seek(0)
    head = upload.read(2048)
    upload.seek(0)
    if extension in OFFICE_ZIP:
        return _is_office_zip(upload, OFFICE_ZIP[extension])
    if extension in OFFICE_OLD:
        return bool(head.startswith(OLE_HEADER))
    try:
        return any(match.extension == ".pdf" for match in puremagic.magic_string(head))
    except (puremagic.PureError, ValueError):
        return False


def _is_office_zip(upload: IO[bytes] | File[Any], folder: str) -> bool:
    try:
        with zipfile.ZipFile(upload) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return (
        len(names) < MOST_ZIP_ENTRIES
        and "[Content_Types].xml" in names
        and any(name.startswith(folder) for name in names)
    )


def store(checked: CheckedFile, tenant_id: int) -> str:
    """Write the content under the tenant's folder; returns its path in the storage."""
    return default_storage.save(f"{tenant_id}/{random_id()}", checked.content)


def file_url(tenant_id: int, public_id: str, name: str) -> str:
    """An address of an attachment that works for a week; only those who may see the file are given it."""
    ticket = seal("file", [tenant_id, public_id])
    return reverse("files:file", args=[ticket, name])


def read_ticket(ticket: str) -> tuple[int, str]:
    """Tenant and attachment of an address that we gave; raises `NotFound`."""
    try:
        tenant_id, public_id = _signed_only(ticket) if ":" in ticket else unseal("file", ticket, at_most=LINK_SECONDS)
    except (Unsealed, BadSignature, ValueError, TypeError) as forged:
        raise NotFound from forged
    return tenant_id, public_id


def _signed_only(ticket: str) -> Any:
    """As addresses were made once; none is good for longer than a week after the upgrade."""
    return TimestampSigner(salt="file").unsign_object(ticket, max_age=LINK_SECONDS)
