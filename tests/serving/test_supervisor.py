"""Several processes in one terminal."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kefu.serving import spawn, supervisor
from kefu.serving.supervisor import Child, GaveUp, Stop, Supervisor, Terminal


@pytest.fixture
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def owner(screen: io.StringIO) -> Iterator[Supervisor]:
    found = Supervisor(Terminal(screen))
    yield found
    found.end(list(found.children), patience=5)
    found.close()


def child(label: str, script: str) -> Child:
    return Child(label, spawn.Program((sys.executable, "-c", script), Path("/")))


def until(owner: Supervisor, condition: Callable[[], bool]) -> None:
    assert owner.run_until(condition, 20)


def test_lines_carry_the_name_of_their_writer(owner: Supervisor, screen: io.StringIO) -> None:
    code = owner.run_once(child("web 1", "import sys; print('one'); sys.stderr.write('two'); sys.exit(3)"))
    assert code == 3
    assert sorted(screen.getvalue().splitlines()) == ["web 1    | one", "web 1    | two"]


def test_colours_are_for_people_only() -> None:
    plain, coloured = io.StringIO(), io.StringIO()
    Terminal(plain).say("web", "hello")
    Terminal(coloured, colours=True).say("web", "hello")
    assert "\x1b" not in plain.getvalue()
    assert "\x1b[" in coloured.getvalue()


def test_routine_lines_stay_unread(owner: Supervisor, screen: io.StringIO) -> None:
    talking = child("redis", "print('Redis is starting'); print('out of memory')")
    talking.unread = ("Redis is starting",)
    owner.run_once(talking)
    assert screen.getvalue() == "redis    | out of memory\n"


def test_a_child_that_dies_is_started_again(owner: Supervisor, screen: io.StringIO) -> None:
    sleeper = owner.start(child("worker", "import time; time.sleep(60)"))
    first = sleeper.process
    assert first is not None
    first.kill()
    until(owner, lambda: sleeper.alive and sleeper.process is not first)
    assert "worker stopped (SIGKILL); starting it again in 0.5 s" in screen.getvalue()


def test_what_nothing_works_without_is_given_up_in_time(owner: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "GIVE_UP_AFTER", 0.3)
    broken = child("postgres", "raise SystemExit(7)")
    broken.vital = True
    owner.start(broken)
    with pytest.raises(GaveUp, match=r"postgres has not stayed up for 0 minutes \(exit code 7\)"):
        owner.run_until(lambda: False, 20)
    assert not broken.alive


def test_what_others_go_on_without_is_started_again_for_ever(
    owner: Supervisor, screen: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "GIVE_UP_AFTER", 0.0)
    monkeypatch.setattr(supervisor, "FIRST_WAIT", 0.01)
    owner.start(child("beat", "raise SystemExit(7)"))
    chat = owner.start(child("web 1", "import time; time.sleep(60)"))
    until(owner, lambda: "beat stopped 8 times in a row (exit code 7); starting it again" in screen.getvalue())
    assert chat.alive


def test_who_lived_for_a_while_is_started_again_at_once_however_often(
    owner: Supervisor, screen: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "STEADY_AFTER", 0.0)
    monkeypatch.setattr(supervisor, "FIRST_WAIT", 0.01)
    owner.start(child("worker", "raise SystemExit(7)"))
    until(owner, lambda: screen.getvalue().count("starting it again in 0.01 s") > supervisor.MENTION_DEATHS_FROM + 1)
    assert "in a row" not in screen.getvalue()


def test_a_child_is_not_started_beside_what_its_last_life_left(owner: Supervisor) -> None:
    looks = []
    server = child("postgres", "import time; time.sleep(60)")
    server.cleared = lambda: looks.append(server.alive) or len(looks) > 3  # type: ignore[func-returns-value]
    first = owner.start(server).process
    assert first is not None
    first.kill()
    until(owner, lambda: server.alive and server.process is not first)
    assert looks == [False] * 4


def test_what_a_dead_child_started_does_not_live_on(owner: Supervisor, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = f"import subprocess, os; p = subprocess.Popen(['sleep', '60']); open({str(note)!r}, 'w').write(str(p.pid))"
    owner.run_once(child("worker", script))
    pid = int(note.read_text())
    deadline = time.monotonic() + 5
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_a_signal_ends_everything_in_order() -> None:
    script = """
import signal, sys
from pathlib import Path
from kefu.serving.spawn import Program
from kefu.serving.supervisor import Child, Stop, Supervisor, Terminal
owner = Supervisor(Terminal(sys.stdout))
owner.listen_to_signals()
sleeper = "import time; print('up', flush=True); time.sleep(60)"
for name in ("one", "two"):
    owner.start(Child(name, Program((sys.executable, "-c", sleeper), Path("/"))))
try:
    while True:
        owner.run_round(1)
except Stop:
    owner.end(list(owner.children))
    print("ended", flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert sorted(parent.stdout.readline() for _ in range(2)) == ["one      | up\n", "two      | up\n"]
        parent.send_signal(signal.SIGTERM)
        assert parent.stdout.read() == "ended\n"
    assert parent.returncode == 0


def test_a_child_that_does_not_listen_is_ended(screen: io.StringIO) -> None:
    owner = Supervisor(Terminal(screen))
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    owner.start(child("web", deaf))
    until(owner, lambda: "up" in screen.getvalue())
    owner.end(list(owner.children), patience=0.3)
    owner.close()
    assert "web did not stop by itself; ending it" in screen.getvalue()
    assert owner.children == []


def test_children_die_with_a_parent_that_was_killed() -> None:
    script = """
import subprocess, sys, time
from pathlib import Path
from kefu.serving import spawn
child = spawn.start(spawn.Program(("sleep", "60"), Path("/")), subprocess.DEVNULL)
print(child.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert _alive(pid)
        os.kill(parent.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(pid)


def test_a_terminal_that_went_away_stops_everything(owner: Supervisor) -> None:
    owner.terminal.gone = True
    with pytest.raises(Stop):
        owner.run_round(0)
