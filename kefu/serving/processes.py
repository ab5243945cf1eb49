"""The processes of a running kefu and their commands.

`bin/serve` starts them side by side; a container starts one of them: `python -m kefu.serving.processes web`.
"""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MANAGE = (sys.executable, str(ROOT / "manage.py"))
# Celery's warning about running as root concerns pickled tasks; ours are JSON.
PYTHON_OF_CELERY = (sys.executable, "-W", "ignore:You're running the worker with superuser privileges")
# "prepare" has run Django's system checks, which import every view.
WITHOUT_CHECKS = {"CELERY_SKIP_CHECKS": "1"}

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


def worker(*options: str) -> Process:
    """The Celery worker; with `--clock` it runs beat as well. Without a connection pool, because it may fork."""
    command = (*PYTHON_OF_CELERY, "-m", "kefu.serving.worker", *options)
    return Process("worker", command, {"KEFU_DATABASE_POOL": "0", **WITHOUT_CHECKS}, " ready.")


def beat() -> Process:
    """Celery beat: exactly one per installation."""
    return Process("beat", (*PYTHON_OF_CELERY, "-m", "kefu.serving.beat"), WITHOUT_CHECKS)


def background() -> tuple[Process, ...]:
    """The processes beside web of one machine. Beat is a thread of the worker, unless that forks."""
    return (worker("--clock"),) if worker_processes() == 1 else (worker(), beat())


def connections(web: int) -> int:
    """The connections that the database must allow for that many web processes and one worker."""
    used = CONNECTIONS_OF_WEB * web + worker_processes() * worker_threads() + CONNECTIONS_TO_SPARE
    return max(MIN_CONNECTIONS, used)


def worker_processes() -> int:
    """The number of a worker's processes that run tasks; from 2 on it forks."""
    return max(1, int(os.environ.get("KEFU_WORKER_PROCESSES", "1")))


def worker_threads() -> int:
    """The number of tasks that each of them runs at a time: 1 where it forks."""
    return max(1, int(os.environ.get("KEFU_WORKER_THREADS", "2"))) if worker_processes() == 1 else 1


def prepare(*options: str) -> Process:
    """Updates database and files to this version: to be run once, before all others."""
    return Process("prepare", (*MANAGE, "prepare", *options), {"KEFU_DATABASE_POOL": "0"})


TABLE: dict[str, Callable[..., Process]] = {"web": web, "worker": worker, "beat": beat, "prepare": prepare}


def main(arguments: Sequence[str]) -> None:
    """Replaces this process by the named one."""
    if len(arguments) < 1 or arguments[0] not in TABLE:
        sys.exit(f"usage: python -m kefu.serving.processes {'|'.join(TABLE)}")
    name, *options = arguments
    process = TABLE[name](*options)
    os.chdir(ROOT)
    os.execve(process.arguments[0], process.arguments, {**os.environ, **process.environment})  # noqa: S606 – no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
