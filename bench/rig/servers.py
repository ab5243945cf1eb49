"""Servers of a benchmark: a new database, an empty Redis, and web processes as in production."""

import os
import resource
import secrets
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from bench.rig.sockets import Broken
from kefu.serving import embedded, processes

KEFU = "kefu.asgi:application"
BASELINE = "bench.baseline.asgi:application"
STOP_SECONDS = 10.0
WANTED_FILES = 8192


@dataclass(frozen=True)
class Web:
    """A running web process."""

    process: subprocess.Popen[bytes]
    port: int

    def resident_kilobytes(self) -> int:
        """Its resident memory in kilobytes (VmRSS)."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise Broken("the web process has ended")

    def processor_seconds(self) -> float:
        """The processor time that it has used, in seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def environment(kept: Path | None = None) -> Iterator[dict[str, str]]:
    """The environment of all processes: a new migrated database, Redis, production settings.

    Uses the servers of DATABASE_URL and REDIS_URL; without them private ones for the length of the block. With a folder
    that is `kept`, the database of the last time is there again.
    """
    with ExitStack() as stack:
        folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kefu-bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        # As root, the embedded database runs as another user, who must be able to pass.
        folder.chmod(0o711)
        (folder / "static").mkdir(exist_ok=True)
        database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        if not database_url or not redis_url:
            # Durable, as in production: without the disk something else would be measured.
            started = stack.enter_context(embedded.started(folder / "servers", durable=True))
            database_url, redis_url = database_url or started.database_url, redis_url or started.redis_url
        stack.enter_context(_empty_redis(redis_url))
        found = {
            **os.environ,
            "DATABASE_URL": stack.enter_context(_own_database(database_url, keeps=kept is not None)),
            "REDIS_URL": redis_url,
            "DJANGO_SETTINGS_MODULE": "kefu.settings",
            "KEFU_DATA_DIR": str(folder),
            "KEFU_SECRET_KEY": secrets.token_urlsafe(50),
            "KEFU_ALLOWED_HOSTS": "127.0.0.1",
            "KEFU_DEBUG": "0",
            "KEFU_LOG_LEVEL": "WARNING",
            "KEFU_MESSAGES_PER_MINUTE": "0",  # the load generator writes faster than people
            "KEFU_OPEN_PER_ADDRESS": "0",
            "KEFU_NEW_VISITORS_PER_MINUTE": "0",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(processes.ROOT), os.environ.get("PYTHONPATH")])),
        }
        _migrate(found)
        yield found


@contextmanager
def _own_database(url: str, *, keeps: bool) -> Iterator[str]:
    """A new database on the server of `url`, dropped at the end; or the one that it `keeps`."""
    name = "kefu_bench_kept" if keeps else f"kefu_bench_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        if not has_database(connection, name):
            connection.execute(f"create database {name}")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            if not keeps:
                connection.execute(f"drop database {name} with (force)")


def has_database(connection: "psycopg.Connection[Any]", name: str) -> bool:
    """Whether the server has a database of this name."""
    return connection.execute("select from pg_database where datname = %s", [name]).fetchone() is not None


@contextmanager
def _empty_redis(url: str) -> Iterator[None]:
    """Refuses a Redis database with keys; empties it at the end."""
    with redis.Redis.from_url(url) as client:
        if client.dbsize():
            raise SystemExit("REDIS_URL names a Redis database that is in use: name an empty one (redis://host/5).")
        try:
            yield
        finally:
            client.flushdb()


def _migrate(found: dict[str, str]) -> None:
    pool_less = {**found, "KEFU_DATABASE_POOL": "0"}
    for program, settings in ((processes.MANAGE, "kefu.settings"), (processes.MANAGE, "bench.baseline.settings")):
        command = [*program, "migrate", "--verbosity", "0", "--settings", settings]
        subprocess.run(command, env=pool_less, cwd=processes.ROOT, check=True)


def stop(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Asks it to end (SIGTERM), and kills it after `seconds`."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def web(application: str, found: dict[str, str]) -> Iterator[Web]:
    """One web process, started by production's command on a free local port.

    It may still be starting: connections wait.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1024)
        descriptor = listening.fileno()
        command = [argument.replace(KEFU, application) for argument in processes.web(descriptor).arguments]
        if application != KEFU:
            command[command.index("kefu.serving.daphne")] = "daphne"  # ours asks the addresses what bodies they take
        settings = "kefu.settings" if application == KEFU else "bench.baseline.settings"
        process = subprocess.Popen(
            command,
            env={**found, "DJANGO_SETTINGS_MODULE": settings},
            cwd=processes.ROOT,
            pass_fds=[descriptor],
            start_new_session=True,
        )
        port = listening.getsockname()[1]
    # Only the child listens now, so connecting fails at once if it dies.
    try:
        yield Web(process, port)
    finally:
        stop(process, STOP_SECONDS)


@contextmanager
def worker(found: dict[str, str]) -> Iterator[None]:
    """The worker with its clock, by production's command."""
    started = processes.worker("--clock")
    process = subprocess.Popen(
        started.arguments, env={**found, **started.environment}, cwd=processes.ROOT, start_new_session=True
    )
    try:
        yield
    finally:
        stop(process, STOP_SECONDS)


def allow_many_sockets() -> None:
    """Raises the limit of open files, which children inherit: a thousand visitors need as many at both ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
