"""The worker, and the clock within it."""

import os
import subprocess
import sys

import pytest

from kefu.serving import processes

# A worker whose queue is in its own memory.
WORKER = """
import sys, threading
from kefu.celery import app
from kefu.serving import beat, worker
app.conf.update(broker_url="memory://", task_time_limit=0.5)

@app.task(name="endless")
def endless():
    threading.Event().wait()

def tick(clock):
    raise OSError("no time")

"""


def ended(script: str) -> tuple[int, str]:
    """Its exit code and what it wrote."""
    environment = {**os.environ, "KEFU_DATABASE_POOL": "0"}
    command = [sys.executable, "-c", WORKER + script]
    done = subprocess.run(
        command, cwd=processes.ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_task_that_does_not_end_ends_its_worker() -> None:
    code, said = ended("endless.delay(); worker.main([])")
    assert code == 1
    assert "took longer than 0.5 s" in said


def test_a_clock_that_stops_ends_its_worker() -> None:
    code, said = ended("beat.SteadyScheduler.tick = tick; worker.main(['--clock'])")
    assert code == 1
    assert "the clock has stopped" in said and "OSError: no time" in said


@pytest.mark.parametrize(
    ("environment", "labels", "tasks"),
    [
        ({}, ["worker"], 2),
        ({"KEFU_WORKER_THREADS": "5"}, ["worker"], 5),
        ({"KEFU_WORKER_PROCESSES": "3", "KEFU_WORKER_THREADS": "5"}, ["worker", "beat"], 3),
    ],
)
def test_one_process_works_and_rings_until_somebody_asks_for_more(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], labels: list[str], tasks: int
) -> None:
    for name in ("KEFU_WORKER_PROCESSES", "KEFU_WORKER_THREADS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = processes.background()
    assert [each.label for each in found] == labels
    assert ("--clock" in found[0].arguments) is (len(labels) == 1)
    assert processes.worker_processes() * processes.worker_threads() == tasks
