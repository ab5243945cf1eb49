"""A whole kefu started by `bin/serve` in a folder of its own, whose processes can be killed."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench.rig.servers import stop
from bench.rig.sockets import Broken
from kefu.serving import processes

READY = re.compile(r"kefu is ready: http://[^:/\s]+:(\d+)")
START_SECONDS, STOP_SECONDS = 120.0, 40.0
# Words of the command line of each kind, any of them (the clock may be in the worker).
KINDS = {
    "web": {b"kefu.serving.daphne"},
    "worker": {b"kefu.serving.worker"},
    "beat": {b"kefu.serving.beat", b"--clock"},
}
# Of the servers, the name in /proc.
SERVERS = {"redis": "redis-server", "postgres": "postgres"}


class House:
    """The running processes and their database."""

    def __init__(self, process: "subprocess.Popen[bytes]", folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.log = folder / "serving.log"
        self.port = 0

    def wait_until_ready(self) -> None:
        """Waits until `bin/serve` prints the address; raises `Broken` with its last lines."""
        until = time.monotonic() + START_SECONDS
        while (found := READY.search(self.log.read_text(errors="replace"))) is None:
            if self.process.poll() is not None or time.monotonic() > until:
                raise Broken(f"kefu does not start:\n{self.last_lines()}")
            time.sleep(0.1)
        self.port = int(found[1])

    def last_lines(self, count: int = 40) -> str:
        """The end of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def pids(self, kind: str) -> list[int]:
        """The supervisor's children of that kind, oldest first."""
        if self.process.poll() is not None:
            raise Broken(f"bin/serve itself has ended:\n{self.last_lines()}")
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children if _is(child, kind)]

    def kill(self, kind: str, which: int) -> None:
        """Kills one process of that kind (SIGKILL); raises `Broken` where there is none."""
        found = self.pids(kind)
        if not found:
            raise Broken(f"there is no {kind} to kill:\n{self.last_lines()}")
        os.kill(found[which % len(found)], signal.SIGKILL)

    def connect(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """A connection that sees all tenants; the caller closes it."""
        address = json.loads((self.folder / "running.json").read_text())["DATABASE_URL"]
        connection = psycopg.connect(address, autocommit=True, connect_timeout=5)
        connection.execute("set kefu.unscoped = 'on'")
        return connection

    def environment(self) -> dict[str, str]:
        """The environment for programs that use the product's actions on it."""
        addresses: dict[str, str] = json.loads((self.folder / "running.json").read_text())
        return _environment(self.folder) | addresses | {"KEFU_DATABASE_POOL": "0"}


def _is(pid: str, kind: str) -> bool:
    try:
        if kind in SERVERS:
            return Path(f"/proc/{pid}/comm").read_text().strip() == SERVERS[kind]
        return not KINDS[kind].isdisjoint(Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"))
    except OSError:
        return False  # the process ended meanwhile


def _environment(folder: Path, **settings: str) -> dict[str, str]:
    # Configured servers are ignored, so that none of somebody else's is killed.
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    ours = {"KEFU_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "kefu.settings", "NO_COLOR": "1"} | settings
    paths = filter(None, [str(processes.ROOT), os.environ.get("PYTHONPATH")])
    return {**inherited, **ours, "PYTHONUNBUFFERED": "1", "PYTHONPATH": os.pathsep.join(paths)}


@contextmanager
def running(folder: Path, web: int, **settings: str) -> Iterator[House]:
    """The installation for the length of the block, without the demo; `settings` are variables of its environment."""
    environment = _environment(folder, **settings)
    options = ("--no-demo", "--data", str(folder), "--port", "0", "--web", str(web))
    with (folder / "serving.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "kefu.serving", *options], cwd=processes.ROOT, env=environment,
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    house = House(process, folder)
    try:
        house.wait_until_ready()
        yield house
    finally:
        stop(process, STOP_SECONDS)
