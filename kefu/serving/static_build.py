"""Collecting static files under hashed names, only when something changed."""

import hashlib
import importlib.metadata
import inspect
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands.collectstatic import Command as CollectStatic
from django.core.management import call_command

from core.web import scripts, static_files
from core.web.static_files import HashedStaticFiles

STAMP = "collected"
MAKERS = (scripts, static_files)  # what makes the collected files of the sources


def collect() -> bool:
    """Collects into STATIC_ROOT if the sources changed since the last time; returns whether it did."""
    root = Path(settings.STATIC_ROOT)
    stamp, now = root / STAMP, fingerprint()
    if stamp.is_file() and stamp.read_text() == now:
        return False
    stamp.unlink(missing_ok=True)
    command = CollectStatic()
    # The settings chose plain names because nothing was collected; switch to hashed ones here.
    command.storage = HashedStaticFiles(location=str(root), base_url=settings.STATIC_URL)
    # Files of earlier versions stay, because open pages may still request them.
    call_command(command, interactive=False, verbosity=0)
    stamp.write_text(now)
    return True


def fingerprint() -> str:
    """Names, sizes and times of all sources: reads no file."""
    digest = hashlib.sha256(f"{version_of('whitenoise')} {version_of('tdewolff-minify')}".encode())
    digest.update("".join(inspect.getsource(maker) for maker in MAKERS).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def version_of(package: str) -> str:
    """The version of an installed package; "" where it is absent."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
