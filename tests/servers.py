"""The PostgreSQL and Redis that the tests run on: those of the environment, else private ones for this run.

pytest-django reads the settings before any `conftest.py` is imported, so the addresses are put into the environment
(for processes that tests start) *and* into the settings that are already there.
"""

import fcntl
import importlib
import os
import re
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from kefu import settings as settings_module
from kefu.serving.embedded import started

SLOTS = range(3, 15)  # Redis has 16 databases, and the first ones belong to people


def start(stack: ExitStack) -> None:
    """Prepare the environment and the settings; what was started ends with the stack."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kefu-tests-")))
    folder.chmod(0o711)  # a database that runs as another user must get through
    os.environ["KEFU_DATA_DIR"] = str(folder / "data")
    (folder / "data" / "static").mkdir(parents=True)  # WhiteNoise warns of a folder that is not there
    os.environ.setdefault("KEFU_SECRET_KEY", "only for tests")
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        addresses = stack.enter_context(started(folder / "servers"))
        os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = addresses
    slot = free_slot(stack)
    os.environ["REDIS_URL"] = with_redis_database(os.environ["REDIS_URL"], slot)
    take_over(slot)


def free_slot(stack: ExitStack) -> int:
    """A number that no other run on this machine has: runs beside each other get databases of their own."""
    for slot in SLOTS:
        held = Path(tempfile.gettempdir(), f"kefu-tests-{os.getuid()}-{slot}.lock").open("w")  # noqa: SIM115 – held for the run
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.close()
            continue
        stack.callback(held.close)
        return slot
    raise RuntimeError("too many runs of the tests at once")


def with_redis_database(url: str, number: int) -> str:
    """The address with another database number, in either form that Redis addresses have."""
    if url.startswith("unix:"):
        return re.sub(r"([?&])db=\d+", rf"\g<1>db={number}", url) if "db=" in url else f"{url}?db={number}"
    return re.sub(r"^(rediss?://[^/]+)(/\d*)?$", rf"\g<1>/{number}", url)


def take_over(slot: int) -> None:
    """Let Django's settings say what the environment says now."""
    fresh = importlib.reload(settings_module)
    for name in dir(fresh):
        if name.isupper():
            setattr(settings, name, getattr(fresh, name))
    settings.IN_BACKGROUND = False  # tests look at once; journeys, which start the product, wait for it
    settings.PASSWORD_HASHERS = ["tests.hashing.QuickArgon2"]
    settings.DATABASES["default"]["TEST"] = {"NAME": f"test_kefu_{slot}"}
    with suppress(AttributeError):
        del connections[DEFAULT_DB_ALIAS]
    connections.__dict__.pop("settings", None)
    connections._settings = settings.DATABASES  # type: ignore[attr-defined]
