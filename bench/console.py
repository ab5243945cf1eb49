"""`bin/bench console`: response times of the console's lists, and of what an agent's desk starts from.

The real server process answers over HTTP, one request at a time. The list of two thousand agents is asked for in turns
with a baseline, the same page with a query per row (bench/baseline/). The history, the audit log and the desk are those
of a company with ten thousand past conversations, and again with a million. See bench/README.md.
"""

import json
import os
import statistics
import sys
import time
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from http.client import HTTPConnection
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import django

from bench.rig import command, servers
from bench.rig.servers import Web
from bench.rig.sockets import Broken

if TYPE_CHECKING:
    from bench.rig.history import Company

AGENTS = 2000
SIZES = {"1e4": 10_000, "1e6": 1_000_000}  # stored conversations
BASELINE = "bench.baseline.console:application"
WARM_UP, ROUNDS = 5, 60  # requests of each address of the agents
FEWER = 25  # of each other address, after the warm-up
START_SECONDS = 30.0
MAX_MILLISECONDS = 150.0
MAX_GROWTH = 2.0
TEAM = "/console/agents/"
ADDRESSES = {
    "page": TEAM,
    "by_load": f"{TEAM}?sort=-load",
    "filtered": f"{TEAM}?role=agent&enabled=yes",
    "searched": f"{TEAM}?q=agent1",
    "last": f"{TEAM}?page=40",
}
PAST, AUDIT, DESK = "/console/conversations/", "/console/audit/", "/api/desk/state"
SEARCHES = ("of_customer", "with_words")  # they read what the days of the filter hold
ROW, OPEN = b"</time>", b'"rows":'

Samples = dict[str, list[float]]  # milliseconds by name of the address


def past_addresses(agent: str, day: str) -> dict[str, str]:
    """The lists that grow with the history."""
    everything = f"{PAST}?from=&to="
    return {
        "history": PAST,
        "all_times": everything,
        "oldest": f"{everything}&sort=opened",
        "longest": f"{everything}&sort=-duration",
        "slowest": f"{everything}&sort=-first_response",
        "by_customer": f"{everything}&sort=customer",
        "longest_of_month": f"{PAST}?sort=-duration",
        "of_agent": f"{everything}&agent={agent}",
        "of_day": f"{PAST}?from={day}&to={day}",
        "of_customer": f"{PAST}?customer=Dora+2",
        "with_words": f"{PAST}?words=parcel+42",
        "deep": f"{everything}&page=200",
        "audit": AUDIT,
        "audit_of_actor": f"{AUDIT}?who=Agent",
    }


class Browser:
    """A signed-in HTTP client with one persistent connection."""

    def __init__(self, web: Web, cookie: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", web.port, timeout=START_SECONDS)
        self.cookie = cookie

    def milliseconds(self, address: str, mark: bytes) -> float:
        """The time until the last byte of the answer, which must contain `mark`."""
        since = time.perf_counter()
        self.connection.request("GET", address, headers={"Cookie": self.cookie, "Accept-Language": "en"})
        answer = self.connection.getresponse()
        body = answer.read()
        taken = (time.perf_counter() - since) * 1000
        if answer.status != 200 or mark not in body:
            raise Broken(f"{address} answered {answer.status}")
        return taken


def percentile(samples: Sequence[float], of: int) -> float:
    """The percentile `of` of samples in any order."""
    return statistics.quantiles(samples, n=100, method="inclusive")[of - 1]


class Measured(NamedTuple):
    """Milliseconds by address: the agents of kefu and of the baseline; by size, the lists that grow, and the desk."""

    ours: Samples
    theirs: Samples
    past: dict[str, Samples]
    desk: dict[str, list[float]]


def measure_team(product: Browser, baseline: Browser) -> tuple[Samples, Samples]:
    """Of kefu and of the baseline, measured in turns."""
    ours: Samples = {name: [] for name in ADDRESSES}
    theirs: Samples = {name: [] for name in ADDRESSES}
    for turn in range(WARM_UP + ROUNDS):
        for name, address in ADDRESSES.items():
            for browser, kept in ((product, ours), (baseline, theirs)):
                taken = browser.milliseconds(address, b'class="checkbox row-check"')
                if turn >= WARM_UP:
                    kept[name].append(taken)
    return ours, theirs


def measure_past(supervisor: Browser, at_the_desk: Browser, company: "Company") -> tuple[Samples, list[float]]:
    """Of the lists that grow, and of the desk, in turns."""
    addresses = past_addresses(company.agents[7], company.some_day)
    lists: Samples = {name: [] for name in addresses}
    desk: list[float] = []
    for turn in range(WARM_UP + FEWER):
        for name, address in addresses.items():
            taken, start = supervisor.milliseconds(address, ROW), at_the_desk.milliseconds(DESK, OPEN)
            if turn >= WARM_UP:
                lists[name].append(taken)
                desk.append(start)
    return lists, desk


def measure(found: dict[str, str]) -> Measured:
    """Makes the companies and asks their pages."""
    from bench.rig.history import open_company
    from bench.rig.team import cookie_of_large_team

    company, team = open_company(), cookie_of_large_team(AGENTS)
    past: dict[str, Samples] = {}
    desk: dict[str, list[float]] = {}
    with ExitStack() as stack:
        product = stack.enter_context(servers.web(servers.KEFU, found))
        baseline = stack.enter_context(servers.web(BASELINE, found))
        ours, theirs = measure_team(Browser(product, team), Browser(baseline, team))
        for size, count in SIZES.items():
            company.grow_to(count)
            supervisor, agent = Browser(product, company.supervisor), Browser(product, company.at_the_desk)
            past[size], desk[size] = measure_past(supervisor, agent, company)
    return Measured(ours, theirs, past, desk)


def _together(samples: Samples, names: Iterable[str]) -> list[float]:
    return list(chain(*(samples[name] for name in names)))


def report(found: Measured) -> dict[str, dict[str, float]]:
    """The figures and ratios that `--json` prints. `list_ms` is over all addresses, at the larger size."""
    small, large = SIZES
    team, baseline = list(chain(*found.ours.values())), list(chain(*found.theirs.values()))
    lists = {size: _together(found.past[size], set(found.past[size]) - set(SEARCHES)) for size in SIZES}
    everything = [*team, *lists[large]]
    figures = {
        "agents": float(AGENTS),
        "list_ms_p50": percentile(everything, 50),
        "list_ms_p95": percentile(everything, 95),
        "agents_ms_p50": percentile(team, 50),
        "agents_ms_p95": percentile(team, 95),
        **{f"{name}_ms_p95": percentile(samples, 95) for name, samples in found.ours.items()},
        **{f"list_ms_p50_{size}": percentile(samples, 50) for size, samples in lists.items()},
        **{f"list_ms_p95_{size}": percentile(samples, 95) for size, samples in lists.items()},
        **{f"search_ms_p50_{size}": percentile(_together(found.past[size], SEARCHES), 50) for size in SIZES},
        **{f"desk_ms_p50_{size}": percentile(samples, 50) for size, samples in found.desk.items()},
        **{f"desk_ms_p95_{size}": percentile(samples, 95) for size, samples in found.desk.items()},
        "baseline_ms_p50": percentile(baseline, 50),
        "baseline_ms_p95": percentile(baseline, 95),
    }
    ratios = {
        "row_by_row_to_kefu": percentile(baseline, 50) / percentile(team, 50),
        "list_growth": percentile(lists[large], 50) / percentile(lists[small], 50),
        "desk_growth": percentile(found.desk[large], 50) / percentile(found.desk[small], 50),
    }
    return {
        "figures": {name: round(value, 1) for name, value in figures.items()},
        "ratios": {name: round(value, 2) for name, value in ratios.items()},
    }


def print_table(found: Measured) -> None:
    """Prints the tables."""
    print(f"the list of {AGENTS} agents, milliseconds      p50      p95   row by row: p50      p95")
    for name, address in ADDRESSES.items():
        mine, other = found.ours[name], found.theirs[name]
        cells = (percentile(mine, 50), percentile(mine, 95), percentile(other, 50), percentile(other, 95))
        print(f"  {address:<40} {cells[0]:8.1f} {cells[1]:8.1f} {cells[2]:17.1f} {cells[3]:8.1f}")
    heads = "".join(f"{count:>13,}: p50      p95" for count in SIZES.values())
    print(f"with so many past conversations         {heads}")
    small = next(iter(SIZES))
    rows: Mapping[str, Mapping[str, list[float]]] = {
        **{name: {size: found.past[size][name] for size in SIZES} for name in found.past[small]},
        "desk": found.desk,
    }
    for name, by_size in rows.items():
        columns = (f"{percentile(each, 50):18.1f} {percentile(each, 95):8.1f}" for each in by_size.values())
        print(f"  {name:<40}{''.join(columns)}")


def bench() -> Measured:
    """Starts servers, creates the companies, measures."""
    with servers.environment() as found:
        os.environ.update(found, KEFU_DATABASE_POOL="0")
        django.setup()
        return measure(found)


def main() -> int:
    """Returns the exit code: 1 if lists take longer than `MAX_MILLISECONDS`, or lists or desk grow by `MAX_GROWTH`."""
    parser = command.parser("console", "The console's lists and the desk's data over HTTP.")
    options = parser.parse_args()
    return command.run(lambda: _run(options))


def _run(options: Namespace) -> int:
    measured = bench()
    found = report(measured)
    figures, ratios = found["figures"], found["ratios"]
    if options.json:
        print(json.dumps(found))
    else:
        print_table(measured)
        print(
            f"  lists: p50 {figures['list_ms_p50']} ms, p95 {figures['list_ms_p95']} ms,"
            f" {ratios['row_by_row_to_kefu']} × faster than row by row"
        )
    grown = max(ratios["list_growth"], ratios["desk_growth"])
    return 1 if figures["list_ms_p95"] > MAX_MILLISECONDS or grown > MAX_GROWTH else 0


if __name__ == "__main__":
    sys.exit(main())
