"""The private PostgreSQL and Redis."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
import redis

from kefu.serving import embedded, folders, spawn
from tests.eventually import eventually


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that every user may enter, as the database's own user must."""
    folder = Path(tempfile.mkdtemp(prefix="kefu-data-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    parts = urlsplit(url)
    socket_folder = parse_qs(parts.query)["host"][0]
    return psycopg.connect(host=socket_folder, user=parts.username, dbname=parts.path[1:], autocommit=True)


def test_both_servers_answer_and_keep_what_they_were_given(data: Path) -> None:
    with embedded.started(data, durable=True) as (database_url, redis_url):
        with connect(database_url) as connection:
            connection.execute("create table kept (word text)")
            connection.execute("insert into kept values ('客服')")
        with redis.Redis.from_url(redis_url) as client:
            client.set("kept", "yes")
    with embedded.started(data, durable=True) as (database_url, redis_url):
        with connect(database_url) as connection:
            assert connection.execute("select word from kept").fetchone() == ("客服",)
        with redis.Redis.from_url(redis_url) as client:
            assert client.get("kept") == b"yes"
    assert not folders.run_time_folder(data).exists()


def test_the_product_is_an_ordinary_role_that_may_make_databases(data: Path) -> None:
    with embedded.started(data) as (database_url, _), connect(database_url) as connection:
        facts = "rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
        row = connection.execute(f"select {facts} from pg_roles where rolname = current_user").fetchone()
        assert row == ("kefu", False, False, False, True)
        connection.execute("create database another")


def test_one_kefu_per_data_folder(data: Path) -> None:
    held = folders.lock(data)
    with pytest.raises(folders.CannotStart, match=f"process {os.getpid()}.*already runs on the data folder"):
        folders.lock(data)
    held.release()
    folders.lock(data).release()


def test_a_database_of_another_major_version_is_left_alone(data: Path) -> None:
    with embedded.started(data):
        pass
    (data / "postgres/PG_VERSION").write_text("12\n")
    told = "made by PostgreSQL 12, and this kefu brings PostgreSQL 18"
    with pytest.raises(folders.CannotStart, match=told), embedded.started(data):
        pass
    assert (data / "postgres/PG_VERSION").read_text() == "12\n"


def test_sockets_stay_short_however_deep_the_data_folder_is(tmp_path: Path) -> None:
    deep = tmp_path / "/".join(["a-long-name-of-a-folder"] * 8)
    path = folders.run_time_folder(deep) / "postgres/.s.PGSQL.5432"
    assert len(os.fsencode(path)) <= folders.LONGEST_SOCKET_PATH


def test_a_folder_of_somebody_else_in_the_place_of_the_sockets_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    trap = tmp_path / "trap"
    trap.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(folders.CannotStart, match="is in the way"):
        folders.own_folder(trap)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of somebody else's")
def test_sockets_are_never_put_into_a_folder_that_somebody_else_made(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = data / "trap"
    trap.mkdir(mode=0o777)
    os.chown(trap, 65534, 65534)
    monkeypatch.setattr(folders, "run_time_folder", lambda data: trap)
    with pytest.raises(folders.CannotStart, match="is in the way"), embedded.started(data):
        pass
    inner = data / "sockets"
    (inner / "redis").mkdir(parents=True)
    os.chown(inner / "redis", 65534, 65534)
    with pytest.raises(folders.CannotStart, match="is in the way"):
        embedded.Redis(data, inner).prepare()


def test_nobody_else_can_be_first_at_the_place_of_the_sockets(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert folders.run_time_folder(data).parent in (Path("/run"), data)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert folders.run_time_folder(data).parent == data
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(data))
    assert folders.run_time_folder(data / "var").parent == data


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the database as another user")
def test_as_root_the_database_runs_as_another_user_even_below_a_closed_folder() -> None:
    closed = Path(tempfile.mkdtemp(prefix="kefu-closed-", dir="/tmp"))
    assert closed.stat().st_mode & 0o777 == 0o700
    try:
        with embedded.started(closed / "var") as (database_url, _):
            assert (closed / "var/postgres").stat().st_uid != 0
            with connect(database_url) as connection:
                assert connection.execute("select 1").fetchone() == (1,)
    finally:
        shutil.rmtree(closed)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the database as another user")
def test_a_closed_folder_is_named_where_the_system_gives_no_way_through(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Path(tempfile.mkdtemp(prefix="kefu-closed-", dir="/tmp"))
    monkeypatch.setattr(spawn, "_passing_capability", lambda: None)
    try:
        told = f"may not enter {closed}:.*--data"
        with pytest.raises(folders.CannotStart, match=told), embedded.started(closed / "var"):
            pass
    finally:
        shutil.rmtree(closed)


def test_servers_do_not_outlive_a_killed_parent_and_the_next_start_goes_on(data: Path) -> None:
    script = "import sys, time; from pathlib import Path; from kefu.serving import embedded\n"
    script += f"with embedded.started(Path({str(data)!r}), durable=True): print('up', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "up\n"
        parent.send_signal(signal.SIGKILL)
    with embedded.started(data) as (database_url, _), connect(database_url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_the_database_allows_as_many_connections_as_were_asked_for(data: Path) -> None:
    sockets = folders.make_run_time_folder(data)
    assert "max_connections=1190" in embedded.PostgreSQL(data, sockets, connections=1190).program().arguments
    shutil.rmtree(sockets)


def test_commands_find_the_running_kefu(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("REDIS_URL", "redis://named")
    assert not folders.use_running(data)
    held = folders.lock(data)
    folders.write_running_note(data, {"DATABASE_URL": "postgres://here", "REDIS_URL": "redis://here"})
    try:
        assert folders.use_running(data)
        assert os.environ["DATABASE_URL"] == "postgres://here"
        assert os.environ["REDIS_URL"] == "redis://named"
    finally:
        held.release()
    assert not folders.use_running(data)


def test_a_command_can_run_with_throw_away_servers() -> None:
    ask = "import os; print(os.environ['DATABASE_URL'][:9], os.environ['REDIS_URL'][:7])"
    done = subprocess.run(
        [sys.executable, "-m", "kefu.serving.embedded", sys.executable, "-c", ask],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "postgres: unix://\n"


def test_a_start_takes_moments(data: Path) -> None:
    with embedded.started(data):
        pass
    began = time.monotonic()
    with embedded.started(data):
        assert time.monotonic() - began < 10


def test_a_backend_that_computes_on_after_its_server_was_killed_is_ended_before_the_next(data: Path) -> None:
    with embedded.started(data) as (database_url, _):
        server = int((data / "postgres/postmaster.pid").read_text().splitlines()[0])
        busy = "do $$ declare n numeric := 0; begin loop n := n + 1; exit when n > 1e10; end loop; end $$"
        with subprocess.Popen(
            [sys.executable, "-c", f"import psycopg; psycopg.connect({libpq(database_url)!r}).execute({busy!r})"],
            stderr=subprocess.DEVNULL,
        ):
            eventually(lambda: running_statements(database_url) == 1, within=40)
            os.kill(server, signal.SIGKILL)
            left = folders.Leftovers(data / "postgres", signal.SIGINT)
            assert not left.gone()
            eventually(left.gone, within=40)


def libpq(url: str) -> str:
    """The address as libpq takes it."""
    parts = urlsplit(url)
    return f"host={parse_qs(parts.query)['host'][0]} user={parts.username} dbname={parts.path[1:]}"


def running_statements(url: str) -> int:
    """How many loops run in the database."""
    with connect(url) as connection:
        found = connection.execute("select count(*) from pg_stat_activity where query like 'do $$%'").fetchone()
    return int(str(found[0])) if found else 0
