"""A short campaign: what `bin/bench faults` counts must be nothing, each time."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = 10
LINES = 60


def test_nothing_is_lost_and_everything_heals_when_processes_die() -> None:
    # It starts servers of its own; those of this run must not be killed.
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    command = [sys.executable, "-m", "bench.faults", "--kills", str(KILLS), "--json"]
    done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, timeout=900, check=False)
    assert done.stdout, account(done)
    figures = json.loads(done.stdout)["figures"]
    faults = {name: figures[name] for name in ("lost", "doubled", "disordered", "stuck")}
    assert faults == dict.fromkeys(faults, 0), account(done)
    assert figures["kills"] == KILLS and figures["sent"] > 100


def account(done: "subprocess.CompletedProcess[str]") -> str:
    """What it said of itself, the reason in front: summaries show one line."""
    said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}, and nothing was said"]
    return "\n".join([said[-1], *said[-LINES:]])
