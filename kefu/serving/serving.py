"""`bin/serve`: a whole kefu in one terminal, started in an empty folder too."""

import errno
import http.client
import json
import os
import secrets
import shutil
import socket
import sys
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from ipaddress import ip_address
from pathlib import Path

from kefu.serving import embedded, folders, processes, spawn
from kefu.serving.folders import CannotStart
from kefu.serving.supervisor import Child, GaveUp, Stop, Supervisor, Terminal

MAX_WEB_PROCESSES = 64
HIGHEST_PORT = 65535
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 – only when somebody asks for it


def arguments(given: Sequence[str]) -> Namespace:
    """The options of `bin/serve`; exits with a message where one is invalid."""
    parser = ArgumentParser(prog="bin/serve", description="Starts kefu with everything it needs on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="IPv4 address or name to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument("--data", type=Path, default=processes.ROOT / "var", help="data folder (default: var)")
    parser.add_argument(
        "--demo",
        action=BooleanOptionalAction,
        help="set up the demo companies in an empty database; everybody knows their passwords, so the default is yes "
        "only where this machine alone can reach kefu",
    )
    parser.add_argument("--web", type=int, default=1, metavar="N", help="web processes (default: %(default)s)")
    options = parser.parse_args(given)
    if not 1 <= options.web <= MAX_WEB_PROCESSES:
        parser.error(f"--web takes a number from 1 to {MAX_WEB_PROCESSES}")
    if not 0 <= options.port <= HIGHEST_PORT:
        parser.error(f"--port takes a number from 0 to {HIGHEST_PORT}")
    return options


def bind(host: str, port: int) -> socket.socket:
    """The listening socket that all web processes accept from; connections queue in it while they start. Raises
    `CannotStart`."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        if isinstance(error, socket.gaierror):
            raise CannotStart(f"{host} is not an IPv4 address or name of this machine: see --host.") from error
        reason = {
            errno.EADDRINUSE: "it is taken",
            errno.EACCES: "only root may listen there",
            errno.EADDRNOTAVAIL: "this machine does not have that address",
        }
        reason_text = reason.get(error.errno or 0, error.strerror)
        raise CannotStart(
            f"kefu cannot listen on {host}:{port}: {reason_text}. Choose another with --port or --host."
        ) from error
    return listening


def secret_key(data: Path) -> Path:
    """The file with the secret key, created once by rename, so that it is never incomplete."""
    path = data / "secret_key"
    if not path.is_file():
        half = path.with_suffix(".new")
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50) + "\n")
        half.rename(path)
    return path


def allowed_hosts(host: str) -> str:
    """The value of KEFU_ALLOWED_HOSTS: this machine's names and addresses where it listens on all of them."""
    names = ["127.0.0.1", "localhost", "[::1]"]
    if host == EVERY_ADDRESS:
        names += [socket.gethostname(), socket.getfqdn(), *own_addresses()]
    else:
        names.append(host)
    return ",".join(dict.fromkeys(name for name in names if name))


def own_addresses() -> list[str]:
    """This machine's IPv4 addresses, by its name and its default route; sends nothing."""
    found: list[str] = []
    try:
        found += [str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    except socket.gaierror:
        found += []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            found.append(probe.getsockname()[0])
        except OSError:
            return found
    return found


class Serving:
    """One run of `bin/serve`."""

    def __init__(self, options: Namespace, terminal: Terminal) -> None:
        self.options = options
        self.data: Path = options.data.absolute()
        self.terminal = terminal
        self.supervisor = Supervisor(terminal)
        self.environment = dict(os.environ)
        self.servers: list[Child] = []
        self.processes: list[Child] = []
        self.port = options.port
        self.reached_by_others = False

    def run(self) -> int:
        with ExitStack() as stack:
            listening = stack.enter_context(bind(self.options.host, self.options.port))
            address, self.port = listening.getsockname()
            self.reached_by_others = not ip_address(address).is_loopback
            stack.callback(folders.lock(self.data).release)
            self.supervisor.listen_to_signals()
            stack.callback(self.supervisor.close)
            self.sockets = folders.make_run_time_folder(self.data)
            stack.callback(shutil.rmtree, self.sockets, ignore_errors=True)
            stack.callback(self._end)
            try:
                self._start(listening, stack)
                while True:
                    self.supervisor.run_round(1.0)
            except Stop:
                self.terminal.plain("")
                self.terminal.say("kefu", "stopping")
                return 0

    def _start(self, listening: socket.socket, stack: ExitStack) -> None:
        self._name_the_settings()
        self._start_servers()
        addresses = {name: self.environment[name] for name in ("DATABASE_URL", "REDIS_URL") if name not in os.environ}
        folders.write_running_note(self.data, {**addresses, "KEFU_SERVED_AT": self.address})
        sign_ins = self._prepare(stack)
        self._start_processes(listening)
        self._wait_for_the_processes()
        self._print_sign_ins(sign_ins)

    def _name_the_settings(self) -> None:
        """Sets the environment variables that are not set already."""
        host = "127.0.0.1" if self.options.host == EVERY_ADDRESS else self.options.host
        defaults = {
            "DJANGO_SETTINGS_MODULE": "kefu.settings",
            "KEFU_DATA_DIR": str(self.data),
            "KEFU_STATIC_ROOT": str(self.data / "static"),
            "KEFU_ALLOWED_HOSTS": allowed_hosts(self.options.host),
            "PYTHONUNBUFFERED": "1",
        }
        if "KEFU_SECRET_KEY" not in self.environment:
            defaults["KEFU_SECRET_KEY_FILE"] = str(secret_key(self.data))
        for name, value in defaults.items():
            self.environment.setdefault(name, value)
        # The folder of this run, also against the environment.
        self.environment["KEFU_DATA_DIR"] = str(self.data)
        self.address = f"http://{host}:{self.port}"

    def _start_servers(self) -> None:
        """Starts an embedded server for each that the environment does not configure; raises `CannotStart`."""
        needed = processes.connections(self.options.web)
        wanted: list[embedded.Server] = []
        if "DATABASE_URL" not in self.environment:
            database = embedded.PostgreSQL(self.data, self.sockets, connections=needed)
            self.environment["DATABASE_URL"] = database.url
            wanted.append(database)
        if "REDIS_URL" not in self.environment:
            redis = embedded.Redis(self.data, self.sockets)
            self.environment["REDIS_URL"] = redis.url
            wanted.append(redis)
        if wanted:
            self.terminal.say("kefu", f"starting {' and '.join(server.label for server in wanted)} in {self.data}")
        for server in wanted:
            server.prepare()
            child = Child(
                server.label, server.program(), unread=server.routine, vital=True, cleared=server.leftovers.gone
            )
            self.servers.append(self.supervisor.start(child))
        for server in wanted:
            if not self.supervisor.run_until(server.answers, 90):
                raise CannotStart(f"The embedded {server.label} server does not answer; its last lines are above.")
            server.after_start()

    def _child(self, process: processes.Process, label: str = "", inherited: tuple[int, ...] = ()) -> Child:
        environment = {**self.environment, **process.environment}
        program = spawn.Program(process.arguments, processes.ROOT, environment, inherited=inherited)
        return Child(label or process.label, program, settled_line=process.settled_line)

    def _prepare(self, stack: ExitStack) -> list[list[str]]:
        report = self.data / "sign_ins.json"
        stack.callback(report.unlink, missing_ok=True)
        needed = str(processes.connections(self.options.web))
        options = [
            "--build",
            "--sign-ins",
            str(report),
            "--connections",
            needed,
            *(["--demo"] if self._wants_demo() else []),
        ]
        child = self._child(processes.prepare(*options))
        if self.supervisor.run_once(child) != 0:
            raise CannotStart("kefu cannot start: see the last line above.")
        found: list[list[str]] = json.loads(report.read_text())
        report.unlink()
        return found

    def _wants_demo(self) -> bool:
        return not self.reached_by_others if self.options.demo is None else bool(self.options.demo)

    def _start_processes(self, listening: socket.socket) -> None:
        descriptor = listening.fileno()
        for number in range(self.options.web):
            child = self._child(processes.web(descriptor), f"web {number + 1}", inherited=(descriptor,))
            child.vital = self.options.web == 1  # one of several web processes may fail without stopping the rest
            self.processes.append(self.supervisor.start(child))
        for process in processes.background():
            self.processes.append(self.supervisor.start(self._child(process)))

    def _wait_for_the_processes(self) -> None:
        if not self.supervisor.run_until(self._web_answers, 90, pause=0.1):
            raise CannotStart("The web process does not answer; its last lines are above.")
        output = [child for child in self.processes if child.settled_line]
        if not self.supervisor.run_until(lambda: all(child.settled for child in output), 60, pause=0.1):
            raise CannotStart("The worker does not say that it is ready; its last lines are above.")

    def _web_answers(self) -> bool:
        """Whether it answers HTTP, with any status: KEFU_ALLOWED_HOSTS may exclude the name used here."""
        host = "127.0.0.1" if self.options.host == EVERY_ADDRESS else self.options.host
        connection = http.client.HTTPConnection(host, self.port, timeout=1)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
        except OSError:
            return False
        finally:
            connection.close()

    def _print_sign_ins(self, sign_ins: list[list[str]]) -> None:
        if sign_ins:
            self.terminal.plain("")
            self.terminal.plain("Demo sign-ins (sign-in name, password):")
            width = max(len(who) for who, _, _ in sign_ins)
            for who, name, password in sign_ins:
                self.terminal.plain(f"  {who.ljust(width)}  {name}  {password}")
            if self.reached_by_others:
                self.terminal.plain("Others can reach this machine, and everybody knows these passwords.")
        elif self.reached_by_others and self.options.demo is None:
            self.terminal.say(
                "kefu", "no demo is set up where others can reach this machine: see --demo, or open_tenant"
            )
        self.terminal.plain("")
        self.terminal.plain(f"kefu is ready: {self.address}")

    def _end(self) -> None:
        """Stops the processes that use the servers, then the servers."""
        self.supervisor.end([child for child in self.supervisor.children if child not in self.servers])
        self.supervisor.end(self.servers, patience=60)
        (self.data / "running.json").unlink(missing_ok=True)


def main(given: Sequence[str]) -> int:
    """Returns the exit code; prints a refusal as one sentence on stderr."""
    options = arguments(given)
    try:
        return Serving(options, Terminal(sys.stdout)).run()
    except (CannotStart, GaveUp) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    except KeyboardInterrupt:
        return 130
