"""Whole desks at work without a browser: programs of tests/js/living on a running kefu."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.faults import sign_in
from tests.journeys.stack import PASSWORD, ROOT, Company, Stack

ALLOWED = ("--allow-net=127.0.0.1", "--allow-read")
WITHIN = 240.0


def at_desks(stack: Stack, company: Company, program: str, **more: Any) -> list[dict[str, Any]]:
    """The lines that the program writes about two agents of the company: bob, whose desk it is, and dave. It is told
    `more` as well."""
    names = {"bob": company.name("1001"), "dave": company.name("1002")}
    people = {who: sign_in(stack.port, name, PASSWORD) for who, name in names.items()}
    cast = {"url": stack.url, "channel": company.channel, **people, **more}
    deno = str(Path(sys.executable).with_name("deno"))
    command = [deno, "run", "--quiet", "--no-prompt", "--no-lock", *ALLOWED, f"tests/js/living/{program}"]
    environment = {**stack.environment, "NO_COLOR": "1"}
    done = subprocess.run(
        [*command, json.dumps(cast)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return [json.loads(line) for line in done.stdout.splitlines()]
