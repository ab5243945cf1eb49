"""Files on disk: keeping, opening, sending, and those that nobody knows."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import HttpRequest

from core.errors import NotFound
from core.files.check import AROUND_A_FILE, LONGEST_NAME, CheckedFile, TooLarge, WrongContent
from core.tenancy.models import random_id

log = logging.getLogger(__name__)
# Nothing of a file may run here. Browsers show a picture on a page of their own making, which has styles.
FILE_POLICY = "default-src 'none'; sandbox"
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


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
