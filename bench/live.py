"""`bin/bench live`: latency and throughput of messages from visitor to agent, and memory per visitor.

Both contenders run on the same machine, one web process each, under the same load, in turns: kefu with all it does for
a message, and the usual Django way (bench/baseline/). See bench/README.md.
"""

import asyncio
import gc
import json
import os
import statistics
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import django

from bench.rig import command, servers
from bench.rig.contenders import Contender
from bench.rig.load import Ledger, Pace, as_fast_as_possible, at_low_rate, chatting, losses, seated
from bench.rig.servers import Web
from bench.rig.sockets import Broken, Frame

AGENTS, CONVERSATIONS = 10, 200
WARM_UP = 1.0  # seconds
# Conversations, messages a second over all of them, seconds of each window.
LOW_RATES = ((1, 25.0, (10.0,)), (50, 50.0, (8.0,)), (200, 63.0, (8.0, 8.0, 8.0)))
BASELINE_LOW_RATE = (200, 63.0, (5.0,))
RATE_CONVERSATIONS, RATE_SECONDS, ROUNDS = 50, 4.0, 2
WINDOWS = (1, 4)  # messages under way per visitor
IDLE_WARM_UP, IDLE = 50, 1000  # visitors
SETTLE = 3.0  # seconds until memory is measured


@dataclass(frozen=True)
class Latency:
    """Percentiles in milliseconds."""

    p50: float
    p95: float
    p99: float
    samples: int

    @classmethod
    def worst(cls, windows: Sequence["Latency"]) -> "Latency":
        """The highest of each percentile, whichever window it was in."""
        return cls(
            max(one.p50 for one in windows),
            max(one.p95 for one in windows),
            max(one.p99 for one in windows),
            sum(one.samples for one in windows),
        )


def latency_of(milliseconds: Sequence[float]) -> Latency:
    """The percentiles of samples in any order."""
    cuts = statistics.quantiles(milliseconds, n=100, method="inclusive")
    return Latency(cuts[49], cuts[94], cuts[98], len(milliseconds))


@dataclass(frozen=True)
class Totals:
    """Counts over all messages of a contender."""

    sent: int
    lost: int
    doubled: int


@dataclass
class Run:
    """The measurements of one contender by phase."""

    contender: Contender
    ledgers: list[Ledger] = field(default_factory=list)
    latency: dict[int, Latency] = field(default_factory=dict)
    paces: dict[int, list[Pace]] = field(default_factory=dict)

    def ledger(self) -> Ledger:
        """A new ledger for a phase, kept for the totals."""
        self.ledgers.append(Ledger())
        return self.ledgers[-1]

    def best(self) -> Pace:
        """The faster window, averaged over its rounds."""
        averages = [
            Pace(
                statistics.mean(pace.rate for pace in rounds),
                statistics.mean(pace.server_microseconds for pace in rounds),
            )
            for rounds in self.paces.values()
        ]
        return max(averages, key=lambda pace: pace.rate)

    def totals(self) -> Totals:
        """The counts over all phases, checked against the stored messages."""
        stored = self.contender.stored()
        found = [losses(ledger, stored) for ledger in self.ledgers]
        sent = sum(len(ledger.sent) for ledger in self.ledgers)
        return Totals(sent, sum(one.lost for one in found), sum(one.doubled for one in found))

    def trouble(self) -> dict[str, int]:
        """Refusals, errors and closed sockets, by kind."""
        kinds = {kind for ledger in self.ledgers for kind in ledger.trouble}
        return {kind: sum(ledger.trouble[kind] for ledger in self.ledgers) for kind in sorted(kinds)}


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without garbage collection of the load generator, which would be measured as the server's latency."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def ignore(frame: Frame) -> None:
    """Ignores a frame, for idle clients."""
    if frame["t"] == "closed":
        raise Broken(f"the server closed a connection with code {frame['code']}")


async def wait_for(web: Web, contender: Contender) -> None:
    """Waits until the contender's first agent is connected."""
    async with seated(web.port, [(contender.agents[0], ignore)]):
        return


async def measure_latency(web: Web, run: Run, conversations: int, per_second: float, windows: Sequence[float]) -> None:
    """Measures visitor-to-agent latency at a rate without queueing; the worst of the windows counts."""
    ledger = run.ledger()
    async with chatting(web.port, run.contender, conversations, ledger) as visitors:
        await at_low_rate(visitors, per_second=per_second, seconds=WARM_UP)
        found = []
        for seconds in windows:
            since = time.perf_counter()
            with undisturbed():
                await at_low_rate(visitors, per_second=per_second, seconds=seconds)
            found.append(latency_of(ledger.latencies(since=since)))
    run.latency[conversations] = Latency.worst(found)


async def measure_rate(web: Web, run: Run, window: int) -> None:
    """One round of throughput with that window."""
    async with chatting(web.port, run.contender, RATE_CONVERSATIONS, run.ledger()) as visitors:
        with undisturbed():
            pace = await as_fast_as_possible(
                visitors, window=window, warm_up=WARM_UP, seconds=RATE_SECONDS, server_clock=web.processor_seconds
            )
    run.paces.setdefault(window, []).append(pace)


async def measure_memory(web: Web, contender: Contender) -> float:
    """Kilobytes per idle visitor: the growth of the web process divided by their number."""
    # The first visitors pay for what all share (imports, pools, threads).
    async with seated(web.port, [(seat, ignore) for seat in contender.idle[:IDLE_WARM_UP]]):
        await asyncio.sleep(SETTLE)
        before = web.resident_kilobytes()
        async with seated(web.port, [(seat, ignore) for seat in contender.idle[IDLE_WARM_UP:]]):
            await asyncio.sleep(SETTLE)
            return (web.resident_kilobytes() - before) / (len(contender.idle) - IDLE_WARM_UP)


async def measure(product: Run, baseline: Run, found: dict[str, str]) -> float:
    """Runs all phases; returns the kilobytes per idle visitor."""
    with servers.web(servers.KEFU, found) as web:
        kilobytes = await measure_memory(web, product.contender)
    with ExitStack() as stack:
        ours = stack.enter_context(servers.web(servers.KEFU, found))
        theirs = stack.enter_context(servers.web(servers.BASELINE, found))
        await wait_for(ours, product.contender)
        await wait_for(theirs, baseline.contender)
        for conversations, per_second, windows in LOW_RATES:
            await measure_latency(ours, product, conversations, per_second, windows)
        await measure_latency(theirs, baseline, *BASELINE_LOW_RATE)
        for _ in range(ROUNDS):
            for window in WINDOWS:
                await measure_rate(ours, product, window)
                await measure_rate(theirs, baseline, window)
    return kilobytes


def report(product: Run, baseline: Run, kilobytes: float) -> dict[str, dict[str, float]]:
    """The figures and ratios that `--json` prints."""
    totals, baseline_totals = product.totals(), baseline.totals()
    figures: dict[str, float] = {}
    for conversations, latency in product.latency.items():
        for name in ("p50", "p95", "p99"):
            figures[f"{name}_ms_{conversations}"] = round(getattr(latency, name), 2)
    figures |= {
        "baseline_p50_ms_200": round(baseline.latency[200].p50, 2),
        "baseline_p99_ms_200": round(baseline.latency[200].p99, 2),
        "rate": round(product.best().rate),
        "baseline_rate": round(baseline.best().rate),
        "server_us_per_message": round(product.best().server_microseconds),
        "baseline_server_us_per_message": round(baseline.best().server_microseconds),
        "sent": totals.sent,
        "lost": totals.lost,
        "doubled": totals.doubled,
        "baseline_lost": baseline_totals.lost,
        "kb_per_idle_visitor": round(kilobytes, 1),
    }
    return {"figures": figures, "ratios": {"rate_to_baseline": round(product.best().rate / baseline.best().rate, 2)}}


def print_table(found: dict[str, dict[str, float]], product: Run, baseline: Run) -> None:
    """Prints the table."""
    figures, ratios = found["figures"], found["ratios"]
    print("visitor to agent, milliseconds       p50      p95      p99   samples")
    rows = [("kefu", product, conversations) for conversations in product.latency]
    rows += [("baseline", baseline, conversations) for conversations in baseline.latency]
    for name, run, conversations in rows:
        latency = run.latency[conversations]
        who = f"  {name}, {conversations} conversations"
        print(f"{who:<32} {latency.p50:8.2f} {latency.p95:8.2f} {latency.p99:8.2f}  {latency.samples:8}")
    print(f"\nmessages a second, stored and delivered, {RATE_CONVERSATIONS} conversations")
    for run in (product, baseline):
        rates = "   ".join(
            f"{window} under way: {', '.join(f'{pace.rate:.0f}' for pace in rounds)}"
            for window, rounds in run.paces.items()
        )
        pace = run.best()
        print(
            f"  {run.contender.name:<10} {pace.rate:6.0f}   ({rates}; server: {pace.server_microseconds:.0f} µs each)"
        )
    print(f"  ratio      {ratios['rate_to_baseline']:6.2f}")
    print(f"\nof {figures['sent']:.0f} messages lost: {figures['lost']:.0f}, doubled: {figures['doubled']:.0f}")
    for run in (product, baseline):
        for kind, count in run.trouble().items():
            print(f"  {run.contender.name}: {count} times {kind}")
    print(f"memory of an idle visitor ({IDLE} connected): {figures['kb_per_idle_visitor']} KB")


def bench() -> tuple[dict[str, dict[str, float]], Run, Run]:
    """Starts servers, creates companies, runs all phases."""
    servers.allow_many_sockets()
    with servers.environment() as found:
        os.environ.update(found, KEFU_DATABASE_POOL="0")
        django.setup()
        from bench.rig import company

        idle = IDLE_WARM_UP + IDLE
        product = Run(company.open_company(agents=AGENTS, conversations=CONVERSATIONS, idle=idle))
        baseline = Run(company.baseline(agents=AGENTS, conversations=CONVERSATIONS))
        kilobytes = asyncio.run(measure(product, baseline, found))
        return report(product, baseline, kilobytes), product, baseline


def main() -> int:
    """Returns the exit code: 1 if kefu lost or doubled a message."""
    parser = command.parser("live", "Latency, rate and memory of the live path.")
    options = parser.parse_args()
    return command.run(lambda: _run(options))


def _run(options: Namespace) -> int:
    found, product, baseline = bench()
    if options.json:
        print(json.dumps(found))
    else:
        print_table(found, product, baseline)
    return 1 if found["figures"]["lost"] or found["figures"]["doubled"] else 0


if __name__ == "__main__":
    sys.exit(main())
