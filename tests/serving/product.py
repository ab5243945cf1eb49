"""The whole product as a person starts it, on a data folder of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY = "kefu is ready: "


def environment(days: int) -> dict[str, str]:
    """The environment of a person, without what this test run set for itself; and so many days of a demo's past."""
    ours = ("KEFU_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "PYTEST_")
    found = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**found, "KEFU_DEMO_DAYS": str(days)}  # a person waits for thirty


def serve(data: Path, *options: str, days: int = 2) -> "subprocess.Popen[str]":
    """Start it; whoever does so stops it."""
    command = [sys.executable, "-m", "kefu.serving", "--data", str(data), *options]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(days), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def refusal(data: Path, *options: str) -> str:
    """The one sentence with which it did not start."""
    with serve(data, *options) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode != 0
    assert len(said.strip().splitlines()) == 1
    return said


def until_ready(process: "subprocess.Popen[str]") -> list[str]:
    """The lines it writes until it is ready; the last of them says where."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(READY):
            return lines
    raise AssertionError("".join([*lines, process.stderr.read() if process.stderr else ""]))


@contextmanager
def served(data: Path, *options: str, days: int = 2) -> Iterator[int]:
    """It serves for the length of the block, at that port."""
    with serve(data, "--port", "0", *options, days=days) as process:
        try:
            yield int(until_ready(process)[-1].rsplit(":", 1)[1])
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
