"""The processes of a running kefu and their commands.

`bin/serve` starts them side by side; a container starts one of them: `python -m kefu.serving.processes web`.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MANAGE = (sys.executable, str(ROOT / "manage.py"))


# Database connections of a web process at most: of pages and actions, and of the live path.
CONNECTIONS_OF_WEB = 12 + 6
# Database connections for commands, operators, and PostgreSQL's own reserve.
CONNECTIONS_TO_SPARE = 20
MIN_CONNECTIONS = 100


@dataclass(frozen=True)
class Process:
    """A command, and its environment beyond the settings."""

    label: str
    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    # Part of the line that it logs when it is ready.
    settled_line: str = ""


def web(listening: int | None = None) -> Process:
    """Daphne, on an inherited listening socket or on every address of a container."""
    where = ("--fd", str(listening)) if listening is not None else ("--bind", "0.0.0.0", "--port", _port())  # noqa: S104
    # No access log, to keep visitors' addresses and paths out of it (a proxy can write one).
    quiet = ("--verbosity", "0", "--no-server-name")
    return Process("web", (sys.executable, "-m", "kefu.serving.daphne", *quiet, *where, "kefu.asgi:application"))


def _port() -> str:
    return os.environ.get("KEFU_PORT", "8000")


def worker() -> Process:
    """The Celery worker. Without a connection pool, because it forks."""
    # Workers on one broker need no gossip among themselves: the tables say what is done.
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    concurrency = ("--concurrency", _worker_processes())
    name = ("--hostname", f"worker-{os.getpid()}@%h")
    return Process("worker", _celery("worker", *alone, *concurrency, *name), {"KEFU_DATABASE_POOL": "0"}, " ready.")


def beat() -> Process:
    """Celery beat: exactly one per installation."""
    return Process("beat", _celery("beat", "--pidfile", ""))


def connections(web: int) -> int:
    """The connections that the database must allow for that many web processes and one worker."""
    used = CONNECTIONS_OF_WEB * web + int(_worker_processes()) + CONNECTIONS_TO_SPARE
    return max(MIN_CONNECTIONS, used)


def _worker_processes() -> str:
    return os.environ.get("KEFU_WORKER_PROCESSES", "2")


def _celery(command: str, *options: str) -> tuple[str, ...]:
    # Celery's warning about running as root concerns pickled tasks; ours are JSON.
    python = (sys.executable, "-W", "ignore:You're running the worker with superuser privileges")
    return (*python, "-m", "celery", "--quiet", "--app", "kefu.celery:app", command, "--loglevel", "INFO", *options)


def prepare(*options: str) -> Process:
    """Updates database and files to this version: to be run once, before all others."""
    return Process("prepare", (*MANAGE, "prepare", *options), {"KEFU_DATABASE_POOL": "0"})


TABLE = {"web": web, "worker": worker, "beat": beat, "prepare": prepare}


def main(arguments: Sequence[str]) -> None:
    """Replaces this process by the named one."""
    if len(arguments) < 1 or arguments[0] not in TABLE:
        sys.exit(f"usage: python -m kefu.serving.processes {'|'.join(TABLE)}")
    name, *options = arguments
    process = prepare(*options) if name == "prepare" else TABLE[name]()
    os.chdir(ROOT)
    os.execve(process.arguments[0], process.arguments, {**os.environ, **process.environment})  # noqa: S606 – no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
