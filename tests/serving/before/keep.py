"""`python -m tests.serving.before.keep RELEASE`: serves this checkout on a new folder, lives in it, keeps it here."""

import json
import lzma
import os
import re
import shutil
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

from tests.serving.before.clients import Browser
from tests.serving.before.restore import BROWSERS, DUMP, FILES, KEY, SEEN, dump
from tests.serving.before.seen import seen
from tests.serving.before.talks import OWNER, PASSWORD, talk
from tests.serving.product import served

HERE = Path(__file__).resolve().parent
LISTS = ("channels", "service-accounts", "groups", "agents")


def keep(data: Path, kept: Path) -> None:
    """Serve, live, keep."""
    (data / KEY).write_text("the key of a folder that was made for tests")
    with served(data, "--demo", days=1) as port:
        use(data)
        from tests.serving.before import life  # its tables are known from here on

        browsers = talk(port, **asdict(life.settle()), leave=life.leave)
        write_down(data, kept, port, browsers)


def use(data: Path) -> None:
    """Let Django here use the servers of the folder."""
    os.environ |= json.loads((data / "running.json").read_text()) | {"KEFU_DATA_DIR": str(data)}
    os.environ |= {"KEFU_SECRET_KEY_FILE": str(data / KEY), "DJANGO_SETTINGS_MODULE": "kefu.settings"}
    django.setup()


def write_down(data: Path, kept: Path, port: int, browsers: dict[str, Any]) -> None:
    """Ask, and dump at once: nobody is away yet. `browsers` are those of `talks.talk`."""
    today = datetime.now(UTC).date()
    days = f"?from={today - timedelta(5)}&to={today + timedelta(1)}&per=200"
    browsers |= {"days": days, "pages": settings_pages(port)}
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    _write(kept / BROWSERS, browsers)
    _write(kept / SEEN, seen(port, browsers))
    (kept / DUMP).write_bytes(lzma.compress(dump(running(data)).encode(), preset=9 | lzma.PRESET_EXTREME))
    shutil.make_archive(str(kept / FILES), "zip", data / FILES)
    shutil.copy(data / KEY, kept / KEY)


def running(data: Path) -> str:
    """The address of the folder's database."""
    address: str = json.loads((data / "running.json").read_text())["DATABASE_URL"]
    return address


def _write(path: Path, what: dict[str, Any]) -> None:
    path.write_text(json.dumps(what, ensure_ascii=False, indent=1) + "\n")


def settings_pages(port: int) -> list[str]:
    """Pages whose settings are looked at: the company's, and all that the lists of the console name."""
    owner = Browser(port)
    owner.sign_in(OWNER, PASSWORD)
    found = [re.findall(rf'"(/console/{each}/[\w-]{{16}}/)"', owner.page(f"/console/{each}/")) for each in LISTS]
    return ["/console/settings/reception/", *sorted({page for pages in found for page in pages})]


def main(given: list[str]) -> int:
    """The exit code."""
    if len(given) != 1:
        sys.stderr.write("usage: python -m tests.serving.before.keep RELEASE\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="kefu-before-") as above:
        for folder in (Path(above), data := Path(above, "var")):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711)  # a database that runs as another user must get through
        keep(data, HERE / given[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
