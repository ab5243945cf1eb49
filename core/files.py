"""Files that people send: checked by their content, kept outside the web root, served by sealed addresses."""

from __future__ import annotations

import logging
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import IO, Any

import puremagic
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import pictures
from core.brakes import Whose
from core.errors import NotFound, Refusal
from core.sealing import Unsealed, seal_alike, unseal_alike
from core.tenancy import random_id

log = logging.getLogger(__name__)
MOST_ZIP_ENTRIES = 10_000
# A picture drawn anew may be somewhat larger than the one that was sent.
GROWS_TO, SMALL = 2, 1024 * 1024
# Addresses work for a week at least, and stay the same within a day: a browser need not load again what it has.
LINK_SECONDS = 7 * 24 * 3600
LINK_STAYS = 24 * 3600
# Nothing of a file may run here. Browsers show a picture on a page of their own making, which has styles.
FILE_POLICY = "default-src 'none'; sandbox"
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
# Zero width, and what makes a family of three people.
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
LONGEST_NAME = 1000  # before it is made safe and shorter
AROUND_A_FILE = 64 * 1024
# For pickers of files: what they offer is what is taken, and phones turn what they have into one of these.
PICTURES_OFFERED = ",".join(pictures.MEDIA_TYPES.values())
OFFERED = ",".join([PICTURES_OFFERED, *(f".{extension}" for extension in DOCUMENT_TYPES)])
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


def sent_file(request: HttpRequest, *, at_most: int) -> tuple[File[Any], str]:
    """The file of an upload and its name; raises `TooLarge` or `WrongContent`.

    The name is a field of its own where the client sends it: Django's parser takes what joins letters out of a part's.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > at_most + AROUND_A_FILE:
        raise TooLarge
    file = request.FILES.get("file")
    if file is None or file.size == 0:
        raise WrongContent
    return file, request.POST.get("name", "")[:LONGEST_NAME] or file.name or ""


def check_upload(upload: File[Any], name: str, *, at_most: int, whose: Whose) -> CheckedFile:
    """Look into somebody's file, not at its name.

    Raises `TooLarge`, `WrongContent`, `pictures.TooManyPixels` or `Busy`.
    """
    if upload.size > at_most:
        raise TooLarge
    name = safe_name(name)
    upload.seek(0)
    if kind := pictures.kind_of(upload.read(pictures.LONGEST_HEAD)):
        return _check_picture(upload, name, kind, whose)
    extension = PurePath(name).suffix.lower().lstrip(".")
    if extension in DOCUMENT_TYPES and _is_document(upload, extension):
        upload.seek(0)
        return CheckedFile("file", name, DOCUMENT_TYPES[extension], upload, upload.size)
    raise WrongContent


def safe_name(name: str) -> str:
    """The last part of a path, printable, at most 100 characters, its extension kept."""
    path = PurePath(name.replace("\\", "/").rsplit("/", 1)[-1])
    kept = (each for each in path.stem if (each.isprintable() or each in JOINERS) and each not in '<>:"|?*')
    stem = "".join(kept).strip(". " + JOINERS)[:90].rstrip(JOINERS)
    return f"{stem or 'file'}{path.suffix[:10]}"


def _check_picture(upload: File[Any], name: str, kind: str, whose: Whose) -> CheckedFile:
    upload.seek(0)
    try:
        drawn = pictures.draw(upload.read(), kind, whose=whose, at_most=max(GROWS_TO * upload.size, SMALL))
    except pictures.Damaged as broken:
        raise WrongContent from broken
    name = f"{PurePath(name).stem}{pictures.EXTENSIONS[drawn.kind]}"
    content = ContentFile(drawn.content)
    media_type = pictures.MEDIA_TYPES[drawn.kind]
    return CheckedFile("image", name, media_type, content, content.size, drawn.width, drawn.height)


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
    return keep(checked.content, f"{tenant_id}/{random_id()}")


def keep(content: File[Any], path: str) -> str:
    """Write a file whole, or not at all: of a full disk no half of it stays. Returns the path."""
    try:
        return default_storage.save(path, content)
    except BaseException:
        default_storage.delete(path)
        raise


def opened(path: str) -> File[Any]:
    """A kept file; raises `NotFound` for one that a row names and the disk has lost."""
    try:
        return default_storage.open(path)
    except FileNotFoundError as lost:
        log.warning("the file %s is not where it was kept", path)
        raise NotFound from lost


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


def strays(folder: str, *, after: datetime, before: datetime) -> list[str]:
    """Paths of files right in a folder that were written in between and, so far as this tells, may belong to nobody."""
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    found = []
    for name in names:
        path = f"{folder}/{name}"
        with suppress(FileNotFoundError):
            if after < default_storage.get_modified_time(path) < before:
                found.append(path)
    return found
