"""Supervises several processes in one terminal: labelled logs, restarts with back-off, ordered shutdown."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import IO

from kefu.serving import spawn

# Seconds. A child that lived for RECOVERED_AFTER counts as healthy again; a vital one that did not within GIVE_UP_AFTER
# stops everything. Others are restarted for ever: chats go on without a worker. The wait before a restart grows while
# children live shorter than STEADY_AFTER.
RECOVERED_AFTER = 30.0
STEADY_AFTER = 10.0
GIVE_UP_AFTER = 300.0
FIRST_WAIT, LONGEST_WAIT = 0.5, 15.0
MENTION_DEATHS_FROM = 3  # from the next death on, it is said how often
LONGEST_LINE = 64 * 1024
COLOURS = ("36", "32", "33", "35", "34", "96", "92", "93")


class Stop(Exception):
    """The operator asked to stop (Ctrl-C, SIGTERM, a closed terminal)."""


class GaveUp(Exception):
    """A vital process does not stay up; the text names it."""


class Terminal:
    """Prints whole lines with the label of their writer; coloured on a terminal only."""

    def __init__(self, stream: IO[str], *, colours: bool | None = None) -> None:
        self.stream = stream
        self.colours = stream.isatty() and "NO_COLOR" not in os.environ if colours is None else colours
        self.width = 8
        self.gone = False
        self._known: list[str] = []

    def say(self, label: str, line: str) -> None:
        if label not in self._known:
            self._known.append(label)
            self.width = max(self.width, len(label))
        name = label.ljust(self.width)
        if self.colours:
            name = f"\x1b[{COLOURS[self._known.index(label) % len(COLOURS)]}m{name}\x1b[0m"
        self.plain(f"{name} | {line}")

    def plain(self, line: str) -> None:
        if self.gone:
            return
        try:
            self.stream.write(line + "\n")
            self.stream.flush()
        except (BrokenPipeError, OSError):
            # The output was closed (`bin/serve | head`): the next round stops everything.
            self.gone = True


@dataclass
class Child:
    """A supervised process."""

    label: str
    program: spawn.Program
    # Parts of lines that are not shown, such as a server's messages at each start.
    unread: tuple[str, ...] = ()
    # Part of the line that it logs when it is ready; "" for those that are polled instead.
    settled_line: str = ""
    settled: bool = False
    restarts: bool = True
    # Whether kefu cannot work without it.
    vital: bool = False
    # Whether nothing of its last run prevents a restart; called repeatedly, and may end what does.
    cleared: Callable[[], bool] = lambda: True
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started_at: float = 0.0
    failing_since: float = 0.0
    start_again_at: float | None = None
    exit_code: int | None = None
    rest: bytes = field(default=b"", repr=False)

    @property
    def alive(self) -> bool:
        return self.process is not None


class Supervisor:
    """Owns the children. Runs in the main thread only: the kernel ties children to the thread that forked them."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.children: list[Child] = []
        self.asked_to_stop = 0
        self.stopping = False
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = os.pipe()
        for descriptor in (self._wake_in, self._wake_out):
            os.set_blocking(descriptor, False)
        self._selector.register(self._wake_in, selectors.EVENT_READ, None)

    def listen_to_signals(self) -> None:
        signal.set_wakeup_fd(self._wake_out, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)
        # A handler is needed for the wake-up pipe to receive SIGCHLD.
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop += 1

    def start(self, child: Child) -> Child:
        if child not in self.children:
            self.children.append(child)
        process = spawn.start(child.program, subprocess.PIPE)
        if process.stdout is not None:
            os.set_blocking(process.stdout.fileno(), False)
            self._selector.register(process.stdout, selectors.EVENT_READ, child)
        child.process, child.started_at, child.start_again_at, child.exit_code = process, time.monotonic(), None, None
        return child

    def run_round(self, seconds: float) -> None:
        """One round: prints output, notices ended children, restarts those that are due. Raises `Stop` and `GaveUp`."""
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                with suppress(BlockingIOError):
                    os.read(self._wake_in, 4096)
            else:
                self._show(key.data)
        for child in self.children:
            self._check(child)
        if not self.stopping and (self.asked_to_stop or self.terminal.gone):
            raise Stop

    def run_until(self, condition: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
        """Runs rounds until the condition holds; False after `seconds`."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            self.run_round(pause)
        return True

    def run_once(self, child: Child) -> int:
        """Runs a child that is meant to end; returns its exit code."""
        child.restarts = False
        self.start(child)
        while child.alive:
            self.run_round(0.5)
        self.children.remove(child)
        return child.exit_code or 0

    def _show(self, child: Child) -> None:
        if child.process is None or child.process.stdout is None:
            return
        with suppress(BlockingIOError):
            data = os.read(child.process.stdout.fileno(), LONGEST_LINE)
            if not data:
                self._selector.unregister(child.process.stdout)
                child.process.stdout.close()
                child.process.stdout = None
            *lines, child.rest = (child.rest + data).split(b"\n")
            if len(child.rest) > LONGEST_LINE or (not data and child.rest):
                lines, child.rest = [*lines, child.rest], b""
            for line in lines:
                self._show_line(child, line.decode(errors="replace").rstrip())

    def _show_line(self, child: Child, line: str) -> None:
        if child.settled_line and child.settled_line in line:
            child.settled = True
        if line and not any(part in line for part in child.unread):
            self.terminal.say(child.label, line)

    def _check(self, child: Child) -> None:
        if child.process is not None:
            code = child.process.poll()
            if code is not None:
                self._died(child, child.process, code)
        elif child.start_again_at is not None and time.monotonic() >= child.start_again_at and not self.stopping:
            if child.cleared():
                self.start(child)
            else:
                self._give_up_if_hopeless(child, "what its last life left behind does not end")

    def _died(self, child: Child, process: subprocess.Popen[bytes], code: int) -> None:
        if process.stdout is not None:
            self._drain(child)
        # Its own children (a worker's) must not live on beside those of its successor.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        child.process, child.exit_code = None, code
        if not child.restarts or self.stopping or self.asked_to_stop:
            return
        now = time.monotonic()
        lived = now - child.started_at
        if child.deaths == 0 or lived > RECOVERED_AFTER:
            child.failing_since = now
        child.deaths = 1 if lived > STEADY_AFTER else child.deaths + 1
        self._give_up_if_hopeless(child, _ending(code))
        wait = min(FIRST_WAIT * 2 ** min(child.deaths - 1, 10), LONGEST_WAIT)
        child.start_again_at = now + wait
        often = f" {child.deaths} times in a row" if child.deaths > MENTION_DEATHS_FROM else ""
        self.terminal.say("kefu", f"{child.label} stopped{often} ({_ending(code)}); starting it again in {wait:g} s")

    def _give_up_if_hopeless(self, child: Child, reason: str) -> None:
        failing = time.monotonic() - child.failing_since
        if child.vital and failing > GIVE_UP_AFTER:
            raise GaveUp(
                f"{child.label} has not stayed up for {failing / 60:.0f} minutes ({reason}); its last lines are above."
            )

    def _drain(self, child: Child) -> None:
        """Prints the remaining output. Grandchildren may hold the pipe open, so only what is available is read."""
        for _ in range(64):
            before = child.process.stdout if child.process else None
            if before is None or not _readable(before):
                break
            self._show(child)
        if child.process is not None and child.process.stdout is not None:
            self._selector.unregister(child.process.stdout)
            child.process.stdout.close()
        if child.rest:
            self._show_line(child, child.rest.decode(errors="replace").rstrip())
            child.rest = b""

    def end(self, children: list[Child], patience: float = 20.0) -> None:
        """Asks the children to stop, and kills them after `patience` seconds, or at once after a second Ctrl-C."""
        self.stopping = True
        asked_before = self.asked_to_stop
        deadline = time.monotonic() + patience
        for child in children:
            child.start_again_at = None
            if child.process is not None:
                child.process.send_signal(child.program.stop_signal)
        while any(child.alive for child in children):
            self.run_round(0.2)
            if time.monotonic() > deadline or self.asked_to_stop > max(asked_before, 1):
                self._kill(children)
                break
        self.children = [child for child in self.children if child not in children]

    def _kill(self, children: list[Child]) -> None:
        for child in children:
            if child.process is not None:
                self.terminal.say("kefu", f"{child.label} did not stop by itself; ending it")
                with suppress(ProcessLookupError):
                    os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()
                self._check(child)

    def close(self) -> None:
        signal.set_wakeup_fd(-1)
        self._selector.close()
        os.close(self._wake_in)
        os.close(self._wake_out)


def _readable(stream: IO[bytes]) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        return bool(selector.select(0))


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def standard_terminal() -> Terminal:
    """The terminal on standard output."""
    return Terminal(sys.stdout)
