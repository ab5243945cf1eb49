"""Validation of uploaded files: by content, never by name or declared type alone."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.files import media, pictures
from core.files.boxes import forget_metadata
from core.web.local_limits import TurnOwner

MAX_ZIP_ENTRIES = 10_000
# A redrawn picture may have this many times the bytes of the uploaded one, or SMALL bytes.
LARGEST_GROWTH, SMALL = 2, 1024 * 1024
# Zero width, kept in names: they join emoji and letters.
JOINERS = "\u200c\u200d"
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
LONGEST_NAME = 1000  # characters, before `safe_name` shortens it
MULTIPART_OVERHEAD = 64 * 1024  # bytes of a multipart body beside the file
# For the `accept` attribute of file inputs: exactly what is allowed. Phones convert their own formats to one of these.
ACCEPT_PICTURES = ",".join(pictures.MEDIA_TYPES.values())
OTHER_NAMES = [*DOCUMENT_TYPES, *dict.fromkeys(name for names in media.EXTENSIONS.values() for name in names)]
ACCEPT = ",".join([ACCEPT_PICTURES, *(f".{extension}" for extension in OTHER_NAMES)])
OLE_HEADER = bytes.fromhex("d0cf11e0a1b11ae1")


class TooLarge(Refusal):
    """The file exceeds the tenant's limit."""

    code = "too_large"
    status = 413
    text = _("The file is too large.")


class WrongContent(Refusal):
    """The content does not match the file's extension, or the kind is not allowed."""

    code = "file_refused"
    text = _(
        "This file cannot be sent. Allowed are pictures (JPG, PNG, GIF, WebP), videos (MP4, MOV, WebM),"
        " sound (MP3, M4A, OGG, WAV), PDF, Word, Excel and PowerPoint."
    )


@dataclass(frozen=True)
class CheckedFile:
    """A validated file, to be stored. `kind` is "image", "video", "audio" or "file"; `size` in bytes, the others in
    pixels."""

    kind: str
    name: str
    media_type: str
    content: File[Any]
    size: int
    width: int | None = None
    height: int | None = None


def check_upload(upload: File[Any], name: str, *, at_most: int, owner: TurnOwner) -> CheckedFile:
    """Validates an uploaded file of at most `at_most` bytes; pictures are redrawn (`core/files/pictures.py`),
    and videos forget where they were taken (`core/files/boxes.py`).

    Raises `TooLarge`, `WrongContent`, `pictures.TooManyPixels` or `Busy`.
    """
    if upload.size > at_most:
        raise TooLarge
    name = safe_name(name)
    upload.seek(0)
    head = upload.read(media.LONGEST_HEAD)
    if kind := pictures.kind_of(head[: pictures.LONGEST_HEAD]):
        return _check_picture(upload, name, kind, owner)
    extension = PurePath(name).suffix.lower().lstrip(".")
    if (kind := media.kind_of(head)) and extension in media.EXTENSIONS[kind]:
        return _check_media(upload, name, kind)
    if extension in DOCUMENT_TYPES and _is_document(upload, extension):
        upload.seek(0)
        return CheckedFile("file", name, DOCUMENT_TYPES[extension], upload, upload.size)
    raise WrongContent


def safe_name(name: str) -> str:
    """The last part of a path: printable, at most 100 characters, with its extension."""
    path = PurePath(name.replace("\\", "/").rsplit("/", 1)[-1])
    kept = (each for each in path.stem if (each.isprintable() or each in JOINERS) and each not in '<>:"|?*')
    stem = "".join(kept).strip(". " + JOINERS)[:90].rstrip(JOINERS)
    return f"{stem or 'file'}{path.suffix[:10]}"


def _check_picture(upload: File[Any], name: str, kind: str, owner: TurnOwner) -> CheckedFile:
    upload.seek(0)
    try:
        drawn = pictures.draw(upload.read(), kind, owner=owner, at_most=max(LARGEST_GROWTH * upload.size, SMALL))
    except pictures.Damaged as broken:
        raise WrongContent from broken
    name = f"{PurePath(name).stem}{pictures.EXTENSIONS[drawn.kind]}"
    content = ContentFile(drawn.content)
    media_type = pictures.MEDIA_TYPES[drawn.kind]
    return CheckedFile("image", name, media_type, content, content.size, drawn.width, drawn.height)


def _check_media(upload: File[Any], name: str, kind: str) -> CheckedFile:
    if kind in media.IN_BOXES:
        forget_metadata(upload, upload.size)
    upload.seek(0)
    media_type = media.MEDIA_TYPES[kind]
    return CheckedFile(media_type.partition("/")[0], name, media_type, upload, upload.size)


def _is_document(upload: File[Any], extension: str) -> bool:
    upload.seek(0)
    head = upload.read(2048)
    upload.seek(0)
    if extension in OFFICE_ZIP:
        return _is_office_zip(upload, OFFICE_ZIP[extension])
    if extension in OFFICE_OLD:
        return bool(head.startswith(OLE_HEADER))
    import puremagic  # a table of all formats, for the processes that take files

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
        len(names) < MAX_ZIP_ENTRIES
        and "[Content_Types].xml" in names
        and any(name.startswith(folder) for name in names)
    )
