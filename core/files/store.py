"""Files in the storage: writing, opening, receiving uploads, finding orphans."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import HttpRequest

from core.errors import NotFound
from core.files.check import LONGEST_NAME, MULTIPART_OVERHEAD, CheckedFile, TooLarge, WrongContent
from core.tenancy.models import random_id

log = logging.getLogger(__name__)
# Nothing in a file may execute on our origin. Browsers wrap a picture or a player in a page of their own, with styles.
FILE_POLICY = "default-src 'none'; sandbox"
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
MEDIA_POLICY = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox"


def uploaded_file(request: HttpRequest, *, at_most: int) -> tuple[File[Any], str]:
    """The field `file` of an upload, and its name; raises `TooLarge` or `WrongContent`.

    The name may come in a field `name`: Django's parser drops joining characters from that of a multipart part.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > at_most + MULTIPART_OVERHEAD:
        raise TooLarge
    file = request.FILES.get("file")
    if file is None or file.size == 0:
        raise WrongContent
    return file, request.POST.get("name", "")[:LONGEST_NAME] or file.name or ""


def store(checked: CheckedFile, tenant_id: int) -> str:
    """Writes the content under the tenant's folder and a random name; returns its path in the storage."""
    return write_file(checked.content, f"{tenant_id}/{random_id()}")


def write_file(content: File[Any], path: str) -> str:
    """Writes a file whole or not at all: on a full disk no partial file stays. Returns the path."""
    try:
        return default_storage.save(path, content)
    except BaseException:
        default_storage.delete(path)
        raise


def open_file(path: str) -> File[Any]:
    """The stored file; raises `NotFound` where the disk has lost it, which is logged."""
    try:
        return default_storage.open(path)
    except FileNotFoundError as lost:
        log.warning("the file %s is not where it was kept", path)
        raise NotFound from lost


def orphans(folder: str, *, after: datetime, before: datetime) -> list[str]:
    """Paths of files directly in a folder, modified between the two times. The caller checks whether a row refers to
    them."""
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
