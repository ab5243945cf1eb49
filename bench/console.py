"""`bin/bench console`: response times of the list of two thousand agents.

The real server process answers over HTTP, one request at a time, for the page as it opens, sorted by load, filtered,
searched, and its last page. The baseline is the same page with a query per row (bench/baseline/); both are asked in
turns. See bench/README.md.
"""

import json
import os
import signal
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack
from http.client import HTTPConnection
from itertools import chain

import django

from bench.rig import servers
from bench.rig.servers import Web
from bench.rig.sockets import Broken
from kefu.serving.folders import CannotStart

AGENTS = 2000
BASELINE = "bench.baseline.console:application"
WARM_UP, ROUNDS = 5, 60  # requests of each address
START_SECONDS = 30.0
MAX_MILLISECONDS = 150.0
BUSY_LOAD = 0.7  # load average above which the benchmark does not start
ADDRESS = "/console/agents/"
ADDRESSES = {
    "page": "",
    "by_load": "?sort=-load",
    "filtered": "?role=agent&enabled=yes",
    "searched": "?q=agent1",
    "last": "?page=40",
}


class Browser:
    """A signed-in HTTP client with one persistent connection."""

    def __init__(self, web: Web, cookie: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", web.port, timeout=START_SECONDS)
        self.cookie = cookie

    def milliseconds(self, query: str) -> float:
        """The time until the last byte of the page."""
        since = time.perf_counter()
        self.connection.request("GET", ADDRESS + query, headers={"Cookie": self.cookie, "Accept-Language": "en"})
        answer = self.connection.getresponse()
        body = answer.read()
        taken = (time.perf_counter() - since) * 1000
        if answer.status != 200 or b'class="pager-total' not in body or b'class="checkbox row-check"' not in body:
            raise Broken(f"{ADDRESS}{query} answered {answer.status}")
        return taken


def percentile(samples: Sequence[float], of: int) -> float:
    """The percentile `of` of samples in any order."""
    return statistics.quantiles(samples, n=100, method="inclusive")[of - 1]


def measure(found: dict[str, str], cookie: str) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Milliseconds by address, of kefu and of the baseline, measured in turns."""
    ours: dict[str, list[float]] = {name: [] for name in ADDRESSES}
    theirs: dict[str, list[float]] = {name: [] for name in ADDRESSES}
    with ExitStack() as stack:
        product = Browser(stack.enter_context(servers.web(servers.KEFU, found)), cookie)
        baseline = Browser(stack.enter_context(servers.web(BASELINE, found)), cookie)
        for turn in range(WARM_UP + ROUNDS):
            for name, query in ADDRESSES.items():
                for browser, kept in ((product, ours), (baseline, theirs)):
                    taken = browser.milliseconds(query)
                    if turn >= WARM_UP:
                        kept[name].append(taken)
    return ours, theirs


def report(ours: dict[str, list[float]], theirs: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """The figures and ratios that `--json` prints. `list_ms_p95` is over all addresses."""
    everything, baseline = list(chain(*ours.values())), list(chain(*theirs.values()))
    figures = {
        "agents": float(AGENTS),
        "list_ms_p50": percentile(everything, 50),
        "list_ms_p95": percentile(everything, 95),
        **{f"{name}_ms_p95": percentile(samples, 95) for name, samples in ours.items()},
        "baseline_ms_p50": percentile(baseline, 50),
        "baseline_ms_p95": percentile(baseline, 95),
    }
    ratio = percentile(baseline, 50) / percentile(everything, 50)
    return {
        "figures": {name: round(value, 1) for name, value in figures.items()},
        "ratios": {"row_by_row_to_kefu": round(ratio, 2)},
    }


def print_table(ours: dict[str, list[float]], theirs: dict[str, list[float]]) -> None:
    """Prints the table."""
    print(f"the list of {AGENTS} agents, milliseconds      p50      p95   row by row: p50      p95")
    for name, query in ADDRESSES.items():
        mine, other = ours[name], theirs[name]
        cells = (percentile(mine, 50), percentile(mine, 95), percentile(other, 50), percentile(other, 95))
        print(f"  {(ADDRESS + query):<40} {cells[0]:8.1f} {cells[1]:8.1f} {cells[2]:17.1f} {cells[3]:8.1f}")


def bench() -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Starts servers, creates the team, measures."""
    if os.getloadavg()[0] > BUSY_LOAD:
        sys.stderr.write("The machine has other work to do: expect figures that are too bad; ratios are steadier.\n")
    with servers.environment() as found:
        os.environ.update(found, KEFU_DATABASE_POOL="0")
        django.setup()
        from bench.rig.team import cookie_of_large_team

        return measure(found, cookie_of_large_team(AGENTS))


def main() -> int:
    """Returns the exit code: 1 if the list takes longer than `MAX_MILLISECONDS`."""
    parser = ArgumentParser(prog="bin/bench console", description="The list of agents over HTTP.")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args()
    # The exit stack stops servers and drops the database.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        ours, theirs = bench()
    except (CannotStart, Broken, OSError) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    found = report(ours, theirs)
    if options.json:
        print(json.dumps(found))
    else:
        print_table(ours, theirs)
        print(
            f"  all of them: p95 {found['figures']['list_ms_p95']} ms, {found['ratios']['row_by_row_to_kefu']} × faster"
        )
    return 1 if found["figures"]["list_ms_p95"] > MAX_MILLISECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
