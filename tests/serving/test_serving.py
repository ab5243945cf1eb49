"""`bin/serve` from the outside."""

import http.client
import io
import json
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from core.tenancy.pool import MAX_CONNECTIONS
from kefu import settings
from kefu.management.commands import prepare
from kefu.serving import folders, processes, serving
from kefu.serving.supervisor import Terminal
from kefu.serving.texts import compile_texts
from tests.serving.product import refusal, serve, until_ready


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kefu-serve-", dir="/tmp"))
    yield folder / "var"
    shutil.rmtree(folder)


def ask(port: int, path: str) -> int:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        client.request("GET", path)
        return client.getresponse().status
    finally:
        client.close()


def test_from_an_empty_folder_to_ready_and_back(data: Path) -> None:
    with serve(data, "--port", "0", "--web", "2") as process:
        lines = until_ready(process)
        port = int(lines[-1].rsplit(":", 1)[1])
        assert ask(port, "/readyz") == 200
        assert json.loads((data / "running.json").read_text())["KEFU_SERVED_AT"] == f"http://127.0.0.1:{port}"
        assert any("1000@8001" in line for line in lines)
        assert "already runs on the data folder" in refusal(data, "--port", "0")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert not folders.run_time_folder(data).exists()
    assert not (data / "running.json").exists()
    assert (data / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_taken_port_is_told_before_anything_is_made(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1:{port}: it is taken" in refusal(data, "--port", str(port))
    assert not data.exists()


def test_an_address_of_another_machine_is_told(data: Path) -> None:
    assert "does not have that address" in refusal(data, "--host", "192.0.2.1", "--port", "0")


def test_a_data_folder_that_cannot_be_made_is_told(data: Path) -> None:
    data.parent.joinpath("file").write_text("in the way")
    assert "cannot be written: Not a directory" in refusal(data.parent / "file/var", "--port", "0")


def test_the_database_takes_as_many_connections_as_the_processes_open() -> None:
    pool: Any = settings.DATABASES["default"]["OPTIONS"]
    assert pool["pool"]["max_size"] + MAX_CONNECTIONS == processes.CONNECTIONS_OF_WEB
    assert processes.connections(1) == processes.MIN_CONNECTIONS
    assert processes.connections(64) > 64 * processes.CONNECTIONS_OF_WEB + 2


@pytest.mark.parametrize(
    ("options", "reached_by_others", "demo"),
    [
        ([], False, True),
        (["--no-demo"], False, False),
        # Everybody knows the demo's passwords.
        ([], True, False),
        (["--demo"], True, True),
    ],
)
def test_there_is_no_demo_for_strangers_unless_asked_for(
    options: list[str], reached_by_others: bool, demo: bool
) -> None:
    started = serving.Serving(serving.arguments(options), Terminal(io.StringIO()))
    started.reached_by_others = reached_by_others
    assert started._wants_demo() is demo
    started.supervisor.close()


def test_a_browser_may_use_the_names_of_this_machine() -> None:
    assert serving.allowed_hosts("127.0.0.1") == "127.0.0.1,localhost,[::1]"
    assert serving.allowed_hosts("desk.example.org").endswith(",desk.example.org")
    assert socket.gethostname() in serving.allowed_hosts(serving.EVERY_ADDRESS).split(",")


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_refused() -> None:
    MigrationRecorder(connection).record_applied("accounts", "9999_of_the_future")
    with pytest.raises(
        CommandError, match=r"belongs to a newer kefu: it has the migration accounts\.9999_of_the_future"
    ):
        prepare.Command().migrate()


def test_texts_are_compiled_when_they_changed(tmp_path: Path) -> None:
    ours, of_an_app = (tmp_path / part / "zh_Hans/LC_MESSAGES/django.po" for part in ("locale", "app/locale"))
    for source in (ours, of_an_app):
        source.parent.mkdir(parents=True)
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
        source.write_text(f'{head}\nmsgid "Send"\nmsgstr "发送"\n')
    assert compile_texts(tmp_path) == [of_an_app.with_suffix(".mo"), ours.with_suffix(".mo")]
    assert "发送".encode() in of_an_app.with_suffix(".mo").read_bytes()
    assert compile_texts(tmp_path) == []
    os.utime(ours, ns=(2**62, 2**62))
    assert compile_texts(tmp_path) == [ours.with_suffix(".mo")]
