"""Folders of an installation on one machine: data, sockets, locks, and processes left by a crash."""

import fcntl
import hashlib
import json
import os
import signal
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kefu.serving import spawn

# The longest path in `sockaddr_un`, and our longest socket name.
LONGEST_SOCKET_PATH = 107
LONGEST_SOCKET = "postgres/.s.PGSQL.5432"
# Seconds for a left-over server to end by itself; its last checkpoint may take long.
LEFTOVERS_MAY_TAKE = 15.0


class CannotStart(Exception):
    """A server cannot start; the text is one sentence for the operator."""


def run_time_folder(data: Path) -> Path:
    """The folder of the sockets, derived from the data folder: short, and not to be created by others first."""
    name = "kefu-" + hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]
    for above in _run_time_places(data):
        if len(os.fsencode(above / name / LONGEST_SOCKET)) <= LONGEST_SOCKET_PATH:
            return above / name
    return Path("/tmp", name)  # noqa: S108 – ownership is verified by `own_folder`


def _run_time_places(data: Path) -> list[Path]:
    """Candidates that only we can write to; root's is passable for the database's own user."""
    if os.geteuid() == 0:
        return [Path("/run")] if os.access("/run", os.W_OK) else []
    personal = os.environ.get("XDG_RUNTIME_DIR", "")
    return [*([Path(personal)] if personal and os.access(personal, os.W_OK | os.X_OK) else []), data.resolve()]


def make_run_time_folder(data: Path) -> Path:
    """Creates it, owned by us; raises `CannotStart` where something else is in its place.

    As root it is passable for others, because the database does not run as root; the folders inside are closed.
    """
    folder = run_time_folder(data)
    own_folder(folder, 0o711 if os.geteuid() == 0 else 0o700)
    return folder


def own_folder(folder: Path, mode: int = 0o700, account: spawn.Account | None = None) -> None:
    """Creates a folder owned by us (or the account) with exactly that mode; raises `CannotStart` where another user
    owns it."""
    owner = account.uid if account else os.geteuid()
    try:
        folder.mkdir(mode=mode, parents=False, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner, os.geteuid()):
            raise CannotStart(f"{folder} is in the way: it is not a folder of the user who starts kefu.")
        if account and found.st_uid != account.uid:
            os.chown(folder, account.uid, account.gid)
        folder.chmod(mode)
    except OSError as error:
        raise CannotStart(f"The folder {folder} cannot be used: {error.strerror}.") from error


class Leftovers:
    """Processes of a crashed kefu that still use a server's folder: a new server cannot start beside them.

    Servers notice their parent's death late while they compute. Ending them loses nothing: the lock on the data folder
    shows that no other kefu uses them.
    """

    def __init__(self, folder: Path, ask: signal.Signals) -> None:
        self.folder = folder
        self.ask = ask
        self._asked: dict[int, float] = {}

    def gone(self) -> bool:
        """Whether no process is left; asks those that are to stop, and kills them after `LEFTOVERS_MAY_TAKE`
        seconds."""
        running = [pid for pid in _running_in(self.folder) if pid != os.getpid()]
        now = time.monotonic()
        for pid in running:
            asked_at = self._asked.get(pid)
            if asked_at is None or now - asked_at > LEFTOVERS_MAY_TAKE:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, self.ask if asked_at is None else signal.SIGKILL)
            self._asked.setdefault(pid, now)
        self._asked = {pid: at for pid, at in self._asked.items() if pid in running}
        return not running

    def wait(self) -> None:
        """Waits until they are gone; raises `CannotStart` for processes that we may not end."""
        deadline = time.monotonic() + 2 * LEFTOVERS_MAY_TAKE
        while not self.gone():
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"Process {next(iter(self._asked))} still uses {self.folder} and does not end: stop it first."
                )
            time.sleep(0.1)


def _running_in(folder: Path) -> list[int]:
    """Ids of processes whose working folder is exactly that one; both servers change to theirs at start."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                program = (entry / "comm").read_text().strip()
                if program in ("postgres", "redis-server") and (entry / "cwd").resolve(strict=True) == folder.resolve():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


@dataclass(frozen=True)
class Lock:
    """The lock on a data folder, held while the file is open."""

    descriptor: int
    path: Path

    def release(self) -> None:
        os.close(self.descriptor)


def lock(data: Path) -> Lock:
    """Locks the data folder for this process; raises `CannotStart` where another holds it. The kernel releases it with
    the process."""
    path = data / "lock"
    try:
        if not data.is_dir():
            data.mkdir(parents=True)
            # Only we may read uploads and keys; as root, the database's own user must pass through.
            data.chmod(0o711 if os.geteuid() == 0 else 0o700)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CannotStart(f"The data folder {data} cannot be written: {error.strerror} ({error.filename}).") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 20).decode().strip()
        os.close(descriptor)
        raise CannotStart(
            f"Another kefu (process {holder or 'unknown'}) already runs on the data folder {data}."
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return Lock(descriptor, path)


def write_running_note(data: Path, addresses: dict[str, str]) -> None:
    """Writes the servers' addresses into the data folder, for `manage.py`."""
    note = data / "running.json"
    half = note.with_suffix(".new")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(addresses, file)
    half.rename(note)


def use_running(data: Path) -> bool:
    """Sets the environment to the servers of the kefu that runs on the data folder; returns False where none runs.

    Variables that are set already stay as they are.
    """
    try:
        with (data / "lock").open() as held:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        pass
    except OSError:
        return False
    try:
        addresses = json.loads((data / "running.json").read_text())
    except (OSError, ValueError):
        return False
    for name, value in addresses.items():
        os.environ.setdefault(name, value)
    return True
