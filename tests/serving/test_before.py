"""A data folder of an earlier release, in the hands of this version: nobody misses anything, and everybody goes on."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from kefu.serving.embedded import SUPERUSER
from tests.eventually import eventually
from tests.serving.before.clients import Browser
from tests.serving.before.restore import BROWSERS, KEY, SEEN, restore, schema
from tests.serving.before.seen import lost, seen
from tests.serving.product import ROOT, environment, serve, served

KEPT = Path(__file__).with_name("before")
RELEASES = sorted(found.parent.name for found in KEPT.glob(f"*/{BROWSERS}"))
# What the protocol tells in another way since: lines between messages come as sentences, agents are not told in rows
# how a conversation ended, a visitor who has read the welcome text is not told it again, and a row has its newest note
# beside its last message, which is none.
OTHERWISE = {"ddaade4": {"lines", "end_reason", "welcome", "note"}}

NEWEST = 18  # the PostgreSQL that is embedded


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that is not there yet."""
    folder = Path(tempfile.mkdtemp(prefix="kefu-before-", dir="/tmp"))
    folder.chmod(0o711)  # a database that runs as another user must get through
    yield folder / "var"
    shutil.rmtree(folder)


@pytest.mark.parametrize("release", RELEASES)
def test_a_folder_of_before_is_served_as_it_was(release: str, data: Path, database: None) -> None:
    browsers, before = restore(KEPT / release, data), json.loads((KEPT / release / SEEN).read_text())
    with served(data) as port:
        owner = signed_in(port, browsers, browsers["owner"])
        address = json.loads((data / "running.json").read_text())["DATABASE_URL"]
        eventually(lambda: is_counted(address), within=60)
        assert lost(before, seen(port, browsers), otherwise=OTHERWISE.get(release, set())) == []
        they_go_on(port, browsers, owner)
        if connection.get_database_version()[0] == NEWEST:  # another one would tell of tables in other words
            assert schema(address) == schema(own_database()), "tables are as this version would have made them"
        assert prepare_again(data) == "", "the next start finds nothing to do"
        with psycopg.connect(address) as there:
            there.execute("insert into django_migrations (app, name, applied) values ('core', '9999_of_later', now())")
    with serve(data, "--port", "0") as process:
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "This database belongs to a newer kefu: it has the migration core.9999_of_later" in said


def is_counted(database_url: str) -> bool:
    """Migrations may let the past be counted anew, which a worker does."""
    rest = "select from core_event where not counted and conversation_id is not null limit 1"
    with psycopg.connect(database_url, user=SUPERUSER) as there:
        return not there.execute(rest).rowcount


def they_go_on(port: int, browsers: dict[str, Any], owner: Browser) -> None:
    """The visitor of before writes in the conversation of before, and the agent of before answers."""
    channel, token = browsers["visitors"][0]
    carol, bob = Browser(port, token=token), Browser(port, dict(browsers["cookies"]))
    assert bob.go_on()
    talk = carol.come(channel)["row"]["conversation"]
    asked = carol.post(talk, "还在吗？")
    answered = bob.post(talk, "在的。")
    assert (asked["conversation"], answered["n"]) == (talk, asked["n"] + 1)
    assert [each["text"] for each in carol.come(channel)["messages"][-2:]] == ["还在吗？", "在的。"]
    page = owner.page(f"/console/conversations/{talk}/")
    assert all(words in page for words in ("这款茶有实物图吗？", "tea.png", "invoice.pdf", "在的。"))


def signed_in(port: int, browsers: dict[str, Any], name: str) -> Browser:
    """An agent of before, by the password of before."""
    browser = Browser(port)
    browser.sign_in(name, browsers["agents"][name])
    return browser


def own_database() -> str:
    """The database of the tests, which this version made."""
    known = ("host", "port", "user", "password", "dbname")
    said = {name: value for name, value in connection.get_connection_params().items() if name in known}
    return psycopg.conninfo.make_conninfo(**said)


def prepare_again(data: Path) -> str:
    """What runs before each start, once more; what it says."""
    own = {
        "KEFU_DATA_DIR": str(data),
        "KEFU_STATIC_ROOT": str(data / "static"),
        "KEFU_SECRET_KEY_FILE": str(data / KEY),
    }
    command = [sys.executable, "manage.py", "prepare", "--build"]
    done = subprocess.run(command, cwd=ROOT, env=environment(0) | own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
