"""`bin/bench reports`: the overview and the agents' workload of a year, on a million conversations.

The real server process answers over HTTP, one request at a time. The baseline are the same pages in the same server,
which count distinct customers over all facts (bench/baseline/); both are asked in turns. See bench/README.md.
"""

import json
import os
import random
import statistics
import sys
import time
from argparse import Namespace
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection

import django

from bench.rig import command, servers
from bench.rig.servers import Web
from bench.rig.sockets import Broken

CONVERSATIONS = 1_000_000
BASELINE = "bench.baseline.reports:application"
WARM_UP, ROUNDS = 2, 12  # requests of each page
RANGES = 30  # random ones, whose customers are counted both ways
START_SECONDS = 30.0
MAX_MILLISECONDS = 400.0
PAGES = {"overview": "/console/overview/", "workload": "/console/reports/workload/"}
Found = dict[str, dict[str, list[float]]]


class Browser:
    """A signed-in HTTP client with one persistent connection."""

    def __init__(self, web: Web, cookie: str, query: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", web.port, timeout=START_SECONDS)
        self.cookie = cookie
        self.query = query

    def milliseconds(self, address: str) -> float:
        """The time until the last byte of the page."""
        since = time.perf_counter()
        self.connection.request("GET", address + self.query, headers={"Cookie": self.cookie, "Accept-Language": "en"})
        answer = self.connection.getresponse()
        body = answer.read()
        taken = (time.perf_counter() - since) * 1000
        if answer.status != 200 or b"report-definitions" not in body:
            raise Broken(f"{address}{self.query} answered {answer.status}")
        return taken


def measure(found: dict[str, str], cookie: str, query: str) -> Found:
    """Milliseconds by contender and page, measured in turns."""
    taken: Found = {name: {page: [] for page in PAGES} for name in ("kefu", "baseline")}
    with ExitStack() as stack:
        browsers = {
            name: Browser(stack.enter_context(servers.web(application, found)), cookie, query)
            for name, application in (("kefu", servers.KEFU), ("baseline", BASELINE))
        }
        for turn in range(WARM_UP + ROUNDS):
            for page, address in PAGES.items():
                for name, browser in browsers.items():
                    milliseconds = browser.milliseconds(address)
                    if turn >= WARM_UP:
                        taken[name][page].append(milliseconds)
    return taken


def mistakes(since: date) -> int:
    """In how many random ranges of days a number of customers differs from that of their facts."""
    from django.db.models import Count

    from stats.models import AgentFact, ConversationFact
    from stats.reports import queries
    from stats.reports.periods import Days
    from stats.reports.queries import Selection

    def different(rows: object) -> int:
        found: int = rows.aggregate(found=Count("customer_id", distinct=True))["found"]  # type: ignore[attr-defined]
        return found

    wrong = 0
    for _ in range(RANGES):
        first, last = sorted(since + timedelta(days=random.randrange(365)) for _ in range(2))
        chosen = Selection(Days(first, last))
        parts = AgentFact.objects.filter(day__range=(first, last))
        agents = parts.order_by().values("agent_id").annotate(found=Count("customer_id", distinct=True))
        expected = {row["agent_id"]: row["found"] for row in agents}
        wrong += (
            queries.total(chosen).customers != different(ConversationFact.objects.filter(day__range=(first, last)))
            or queries.parts_total(chosen).customers != different(parts)
            or any(work.sums.customers != expected.get(work.agent.pk, 0) for work in queries.by_agent(chosen))
        )
    return wrong


def bench(conversations: int) -> dict[str, dict[str, float]]:
    """Makes a year, measures, compares."""
    with servers.environment() as found:
        os.environ.update(found, KEFU_DATABASE_POOL="0")
        django.setup()
        from bench.rig.year import year_of
        from core.tenancy.scope import tenant_scope
        from stats.models import ConversationFact, CustomerRollup

        began = time.perf_counter()
        year = year_of(conversations, datetime.now(UTC).date() - timedelta(days=1))
        made = time.perf_counter() - began
        taken = measure(found, year.cookie, f"?from={year.since}&to={year.until}")
        with tenant_scope(year.tenant_id):
            counts = {
                "conversations": ConversationFact.objects.count(),
                "customer_rows": CustomerRollup.objects.count(),
                "customer_rows_of_all": CustomerRollup.objects.filter(agent=None).count(),
                "mistakes": mistakes(year.since),
            }
    middle = {
        f"{prefix}{page}_year_ms": statistics.median(taken[name][page])
        for name, prefix in (("kefu", ""), ("baseline", "baseline_"))
        for page in PAGES
    }
    figures = {**middle, **counts, "fill_s": made}
    ratios = {page: middle[f"baseline_{page}_year_ms"] / middle[f"{page}_year_ms"] for page in PAGES}
    return {
        "figures": {name: round(float(value), 1) for name, value in figures.items()},
        "ratios": {f"{page}_all_facts_to_kefu": round(value, 2) for page, value in ratios.items()},
    }


def print_table(found: dict[str, dict[str, float]]) -> None:
    """Prints the table."""
    figures = found["figures"]
    print(f"a year, {figures['conversations']:,.0f} conversations, milliseconds   p50   over all facts")
    for page in PAGES:
        mine, other = figures[f"{page}_year_ms"], figures[f"baseline_{page}_year_ms"]
        print(f"  {page:<46} {mine:10.1f} {other:16.1f}")
    print(f"  {RANGES} ranges of days counted both ways: {figures['mistakes']:.0f} mistakes")


def main() -> int:
    """Returns the exit code: 1 if a page takes longer than `MAX_MILLISECONDS` or a number is wrong."""
    parser = command.parser("reports", "The reports of a year over HTTP.")
    parser.add_argument("--conversations", type=int, default=CONVERSATIONS, help="how many in the year")
    options = parser.parse_args()
    return command.run(lambda: _run(options))


def _run(options: Namespace) -> int:
    found = bench(options.conversations)
    print(json.dumps(found)) if options.json else print_table(found)
    figures = found["figures"]
    slow = max(figures[f"{page}_year_ms"] for page in PAGES) > MAX_MILLISECONDS
    return int(slow or figures["mistakes"] > 0)


if __name__ == "__main__":
    sys.exit(main())
