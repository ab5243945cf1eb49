"""What the commands of the benchmarks have in common."""

import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Callable

from bench.rig.sockets import Broken
from kefu.serving.folders import CannotStart

BUSY_LOAD = 0.7  # load average above which figures are too bad


def parser(name: str, what: str) -> ArgumentParser:
    """The options of `bin/bench <name>`, `--json` among them."""
    made = ArgumentParser(prog=f"bin/bench {name}", description=what)
    made.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    return made


def run(work: Callable[[], int]) -> int:
    """The exit code: that of `work`; 1, with the reason, where something cannot start or breaks; 130 if interrupted.

    SIGTERM ends it on the way out: exit stacks stop servers and drop databases.
    """
    if os.getloadavg()[0] > BUSY_LOAD:
        sys.stderr.write("The machine has other work to do: expect figures that are too bad; ratios are steadier.\n")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return work()
    except (CannotStart, Broken, OSError) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    except KeyboardInterrupt:
        return 130
