"""`bin/bench memory` sees every process, and what a small server needs stays small."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_everything_that_serve_starts_fits_a_small_server() -> None:
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    command = [sys.executable, "-m", "bench.memory", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout, done.stderr
    figures = json.loads(done.stdout)["figures"]
    of_kinds = {name.removeprefix("pss_mb_") for name in figures if name.startswith("pss_mb_")}
    assert of_kinds == {"kefu", "web", "worker", "postgres", "redis"}
    assert done.returncode == 0, figures
