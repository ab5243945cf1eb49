"""`bin/bench dispatch`: how quickly visitors are met.

Visitors who come alone, and more and more of them a second until they wait for a second; and what an assignment costs
with a small team and with a large one that has a long queue and a long past, many at once and one by one. See
bench/README.md.
"""

import asyncio
import json
import os
import statistics
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from math import inf
from typing import Any

import django
import uvloop

from bench.rig import command, servers
from bench.rig.contenders import Contender
from bench.rig.crowd import Crowd
from bench.rig.load import sit
from bench.rig.pace import at_rate
from bench.rig.servers import Web

DESKS = 10
ALONE, ALONE_RATE = 40, 5.0  # visitors, one after the other, and how many a second
RATES = (25, 50, 75, 100, 150, 200, 250)  # visitors a second
SECONDS = 10.0
MAX_P95 = 1000.0  # milliseconds
LAST_FRAMES = 1.0  # seconds after the last acknowledgement that count, too: desks are told, and dispatch ends


def percentile(samples: Sequence[float], of: int) -> float:
    """Of samples in any order."""
    return statistics.quantiles(samples, n=100, method="inclusive")[of - 1]


async def meet(web: Web, company: Contender, channel: str, end_all: Callable[[], None]) -> dict[str, float]:
    """Visitors against the real web process, with agents at their desks."""
    crowd = Crowd(web.port, channel)
    async with AsyncExitStack() as stack:
        for seat in company.agents:
            socket = await sit(web.port, seat, crowd.on_desk_frame)
            stack.push_async_callback(socket.close)
        found = await _alone(crowd)
        for rate in RATES:
            await crowd.leave()
            await asyncio.to_thread(end_all)
            used = web.processor_seconds()
            came = await crowd.come_at(rate, seconds=SECONDS)
            await asyncio.sleep(LAST_FRAMES)
            used = web.processor_seconds() - used
            times = [arrival.met for arrival in came]
            p95 = percentile(times, 95)
            sys.stderr.write(
                f"{rate} a second: p50 {percentile(times, 50):.0f} ms, p95 {p95:.0f} ms, lost {times.count(inf)},"
                f" {used * 1000 / len(came):.2f} ms of the web process each\n"
            )
            if p95 > MAX_P95 or inf in times:
                break
            found |= {
                "arrivals_per_second": float(rate),
                "arrival_ms_p95": p95,
                "arrival_server_ms": used * 1000 / len(came),
            }
        await crowd.leave()
    for failure, times_seen in Counter(crowd.failures).most_common(3):
        sys.stderr.write(f"failed {times_seen} times: {failure}\n")
    return found


async def _alone(crowd: Crowd) -> dict[str, float]:
    """Visitors one after the other, on a server that has nothing else to do."""
    # So slowly that what one causes and does not wait for, dispatch, is over when the next one comes.
    came = [await crowd.come() async for _ in at_rate(ALONE_RATE, seconds=ALONE / ALONE_RATE)]
    steps = zip(*[arrival.steps for arrival in came], strict=True)
    names = ("session", "ready", "message")
    return {"arrival_alone_ms_p50": percentile([arrival.met for arrival in came], 50)} | {
        f"arrival_alone_{name}_ms_p50": percentile(times, 50) for name, times in zip(names, steps, strict=True)
    }


def bench(only: str) -> dict[str, Any]:
    """Servers, companies, visitors."""
    servers.allow_many_sockets()
    figures: dict[str, float] = {}
    ratios: dict[str, float] = {}
    with servers.environment() as found:
        os.environ.update(found, KEFU_DATABASE_POOL="0")
        django.setup()
        if only != "assignments":
            figures |= visitors(found)
        if only != "visitors":
            assigning, ratios = assignments(found)
            figures |= assigning
    return {
        "figures": {name: round(value, 2) for name, value in figures.items()},
        "ratios": {name: round(value, 2) for name, value in ratios.items()},
    }


def visitors(found: dict[str, str]) -> dict[str, float]:
    """How quickly they are met."""
    from bench.rig.company import end_conversations, open_company
    from channels_app.models import Channel
    from core.tenancy.scope import unscoped

    company = open_company(agents=DESKS, conversations=DESKS, idle=0, cap=500)
    with unscoped(reason="the benchmark's only channel"):
        channel = Channel.objects.values_list("public_id", flat=True).get()
    with servers.web(servers.KEFU, found) as web:
        return uvloop.run(meet(web, company, channel, end_conversations))  # the load leaves the processors to kefu


def assignments(found: dict[str, str]) -> tuple[dict[str, float], dict[str, float]]:
    """Figures and ratios: what an assignment costs, and how long a place stays free in a minute of a large company."""
    from bench.rig.queues import cost_of_assignments
    from bench.rig.shift import prepare, work

    costs = cost_of_assignments()
    seats = prepare(costs.large)
    with servers.web(servers.KEFU, found) as web, servers.worker(found):
        minute = work(costs.large, seats, web)
    broken = costs.figures["violations"] + minute["violations"]
    return {**costs.figures, **minute, "violations": broken}, costs.ratios


def main() -> int:
    """The exit code: 1 where a rule of assignment was broken."""
    parser = command.parser("dispatch", "How quickly visitors are met.")
    parser.add_argument("--only", choices=("visitors", "assignments"), default="", help="one half of it")
    options = parser.parse_args()
    return command.run(lambda: _run(options))


def _run(options: Namespace) -> int:
    found = bench(options.only)
    if options.json:
        print(json.dumps(found))
    else:
        for name, value in {**found["figures"], **found["ratios"]}.items():
            print(f"  {name:<34} {value:10.2f}")
    return 1 if found["figures"].get("violations") else 0


if __name__ == "__main__":
    sys.exit(main())
