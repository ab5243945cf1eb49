"""A whole kefu, started as `bin/serve` starts it, on a database of its own; its processes can be killed."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import redis
from psycopg import sql
from psycopg.rows import dict_row

from core.uptime import ABSENCES
from tests.eventually import eventually
from tests.journeys.companies import PASSWORD
from tests.servers import with_redis_database

ROOT = Path(__file__).resolve().parent.parent.parent
WEB_PROCESSES = 2
READY = re.compile(r"kefu is ready: (http://\S+)")
REDIS_DATABASE = 15  # the other tests empty theirs
COMPANIES_AT_ONCE = 12


@dataclass(frozen=True)
class Company:
    """A tenant of one journey alone: agents 1001 and 1002, one web channel."""

    code: str
    tenant_id: int
    channel: str

    def name(self, number: str) -> str:
        """The sign-in name of an agent."""
        return f"{number}@{self.code}"


class Stack:
    """The running processes, and the tables they write."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path, environment: dict[str, str]) -> None:
        self.process = process
        self.log = log
        self.environment = environment
        self.url = ""
        self._companies: list[Company] = []
        self._connection: psycopg.Connection[dict[str, Any]] | None = None

    @property
    def port(self) -> int:
        """Where the web processes listen."""
        return int(self.url.rsplit(":", 1)[1])

    # --- processes ------------------------------------------------------------------------------------------------

    def wait_until_ready(self, seconds: float = 120) -> None:
        """Wait for the line that says the address; fails with the last lines where it does not come."""
        until = time.monotonic() + seconds
        while (found := READY.search(self.log.read_text(errors="replace"))) is None:
            assert self.process.poll() is None and time.monotonic() < until, self.last_lines()
            time.sleep(0.05)
        self.url = found[1]

    def last_lines(self) -> str:
        """The end of the log, for the reader of a failure."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-40:])

    def pids(self, kind: str) -> list[int]:
        """The children of the supervisor of that kind: "web" or "worker", which has the clock in it."""
        word = {"web": b"kefu.serving.daphne", "worker": b"kefu.serving.worker"}[kind]
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children if word in _command_line(child).split(b"\0")]

    def kill(self, *pids: int) -> None:
        """No time to say good-bye."""
        for pid in pids:
            os.kill(pid, signal.SIGKILL)

    def wait_for_successors(self, kind: str, killed: list[int], within: float = 30) -> list[int]:
        """Until the supervisor started as many again; the new processes among them."""
        wanted = WEB_PROCESSES if kind == "web" else 1

        def all_there() -> bool:
            now = self.pids(kind)
            return len(now) == wanted and not set(now) & set(killed)

        eventually(all_there, within=within)
        return self.pids(kind)

    def ring(self, sweep: str) -> None:
        """What the clock does: queue one round of a sweep, without waiting for its next turn."""
        with redis.Redis.from_url(self.environment["REDIS_URL"]) as client:
            client.delete(f"kefu:round:{sweep}")
        script = "import sys; from kefu.celery import app; app.send_task('kefu.sweep', args=[sys.argv[1]])"
        self.run("-c", script, sweep)

    def run(self, *arguments: str) -> str:
        """Python with the stack's settings; what it wrote."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def forget_absences(self) -> None:
        """Forget that processes were killed: what passes while kefu is away counts for no timer."""
        with redis.Redis.from_url(self.environment["REDIS_URL"]) as client:
            client.delete(ABSENCES)

    # --- tables ---------------------------------------------------------------------------------------------------

    @property
    def connection(self) -> "psycopg.Connection[dict[str, Any]]":
        """Looks across tenants, as only a test may."""
        if self._connection is None:
            self._connection = psycopg.connect(self.environment["DATABASE_URL"], autocommit=True, row_factory=dict_row)
            self._connection.execute("set kefu.unscoped = 'on'")
        return self._connection

    def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """The rows of a query."""
        return self.connection.execute(statement.encode(), values).fetchall()

    def value(self, statement: str, *values: Any) -> Any:
        """The one value of a query."""
        return next(iter(self.rows(statement, *values)[0].values()))

    def change(self, statement: str, *values: Any) -> int:
        """Change rows behind the product's back; how many."""
        return self.connection.execute(statement.encode(), values).rowcount

    def company(self) -> Company:
        """A company that no other journey uses."""
        if not self._companies:
            made = self.run("-m", "tests.journeys.companies", "open", str(COMPANIES_AT_ONCE))
            self._companies = [Company(**values) for values in json.loads(made)]
        return self._companies.pop(0)

    def close(self) -> None:
        """Leave the database."""
        if self._connection is not None:
            self._connection.close()


def _command_line(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""  # ended meanwhile


@contextmanager
def database_of_its_own(url: str) -> Iterator[str]:
    """A fresh database on the server of the tests, dropped afterwards."""
    name = f"kefu_journeys_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield re.sub(r"^(postgres(?:ql)?://[^/]*/)[^?]*", rf"\g<1>{name}", url)
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@contextmanager
def running(folder: Path) -> Iterator[Stack]:
    """The stack for the length of the block: two web processes, worker, beat, the demo companies."""
    redis_url = with_redis_database(os.environ["REDIS_URL"], REDIS_DATABASE)
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    with database_of_its_own(os.environ["DATABASE_URL"]) as database_url:
        ours = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "KEFU_DATA_DIR": str(folder)}
        ours |= {"KEFU_STATIC_ROOT": str(folder / "static"), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        ours |= {"NO_COLOR": "1", "PYTHONUNBUFFERED": "1", "KEFU_DEMO_DAYS": "0"}
        environment = {**os.environ, **ours}
        with (folder / "serving.log").open("wb") as output:
            options = ("--data", str(folder), "--port", "0", "--web", str(WEB_PROCESSES))
            process = subprocess.Popen(
                [sys.executable, "-m", "kefu.serving", *options], cwd=ROOT, env=environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        stack = Stack(process, folder / "serving.log", environment)
        try:
            stack.wait_until_ready()
            yield stack
        finally:
            stack.close()
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


__all__ = ["PASSWORD", "Company", "Stack", "running"]
