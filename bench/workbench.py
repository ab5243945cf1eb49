"""`bin/bench workbench`: what a desk with many open conversations makes the browser do. See bench/README.md."""

import json
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from bench.pages import signed_in
from bench.rig import browser as browsers
from bench.rig import command
from bench.rig import house as houses
from bench.rig.crew import Crew, open_company
from bench.rig.house import House
from bench.rig.sockets import Broken
from bench.rig.visitors import Visitors, visitors_of

HELD = 200  # open conversations
PAST = 10_000  # messages in one of them
BURST = 200  # events at once
FEW, MANY = 500, 5000  # events before the heap is looked at first, and again
PER_SECOND = 250.0
SWITCHES = 500
CALIBRATIONS = 5
PROBE = Path(__file__).parent / "rig" / "clients" / "probe.js"
PATIENCE = 60_000  # milliseconds
LIMITS = {"first_paint_ms": 1000.0, "switch_ms_p95": 100.0, "long_task_ms_max": 50.0, "heap_growth": 1.3}
# Nobody is slowed down on purpose: the visitors write faster than people.
NO_LIMITS = {"KEFU_MESSAGES_PER_MINUTE": "0", "KEFU_OPEN_PER_ADDRESS": "0", "KEFU_NEW_VISITORS_PER_MINUTE": "0"}

LONG_HISTORY = """
with lengthened as (
  update conversations_conversation set last_seq = %(past)s where id = (
    select id from conversations_conversation where state = 'active' order by id limit 1
  ) returning id, tenant_id, customer_id, agent_id
)
insert into conversations_message (tenant_id, conversation_id, seq, client_id, author_kind, author_id, author_name,
  kind, text, note, created_at)
select tenant_id, id, n, gen_random_uuid(), (array['agent', 'customer'])[1 + n %% 2],
  case n %% 2 when 1 then customer_id else agent_id end, '', 'text',
  'Message ' || n || ': 请问我的包裹到哪里了? Is it on its way?', false, now() - (%(past)s - n) * interval '40 seconds'
from lengthened, generate_series(2, %(past)s) n
"""
OPEN = """
select c.public_id, m.text from conversations_conversation c
join conversations_message m on m.conversation_id = c.id and m.seq = c.last_seq
where c.state = 'active' order by c.id
"""


class Desk:
    """The agent's page with the probe in it."""

    def __init__(self, page: Any, house: House, visitors: Visitors) -> None:
        self.page, self.house, self.visitors = page, house, visitors
        self.devtools = page.context.new_cdp_session(page)
        self.told = 0

    def opened(self) -> float:
        """Opens the page; milliseconds from the navigation to the frame with the first rows."""
        self.page.goto(f"http://127.0.0.1:{self.house.port}/desk/")
        self.page.wait_for_function(f"document.querySelectorAll('#rows-active .row').length === {HELD}")
        self.page.wait_for_function("probe.painted > 0")
        return float(self.page.evaluate("probe.painted"))

    def events(self, count: int, *, per_second: float | None = None) -> None:
        """So many visitors' messages, each from another one; returns when every row shows its newest."""
        numbers = range(self.told, self.told + count)
        self.told += count
        self.visitors.write([f"And now number {number}?" for number in numbers], per_second=per_second)
        newest = [f"number {number}?" for number in numbers[-HELD:]]
        self.page.wait_for_function(
            "newest => {"
            " const shown = [...document.querySelectorAll('#rows-active .row-last')].map(node => node.textContent);"
            " return newest.every(text => shown.some(one => one.endsWith(text))); }",
            arg=newest,
        )

    def turns(self, count: int) -> list[float]:
        """Opens so many conversations one after the other; milliseconds of each."""
        with self.house.connect() as connection:
            found = connection.execute(OPEN).fetchall()
        conversations = [{"id": name, "last": text} for name, text in found]
        times: list[float] = []
        for part in batches_of(islice(around(conversations), count)):
            times += self.page.evaluate("conversations => probe.turns(conversations)", part)
        return times

    def heap(self) -> int:
        """The bytes of living objects."""
        self.devtools.send("HeapProfiler.collectGarbage")
        return int(self.devtools.send("Runtime.getHeapUsage")["usedSize"])

    def longest_task(self) -> float:
        """Milliseconds of the longest task since the last call; 0 where none took more than 50."""
        return float(self.page.evaluate("probe.longest()"))

    def calibration(self) -> float:
        """Milliseconds of a fixed piece of work in this page."""
        return median(float(self.page.evaluate("probe.calibrate()")) for _ in range(CALIBRATIONS))


def around(conversations: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """All in turn without end; the first, which is the long one, every tenth time."""
    number = 0
    while True:
        for each in conversations[1:]:
            if number % 10 == 0:
                yield conversations[0]
                number += 1
            yield each
            number += 1


def batches_of(conversations: Iterator[dict[str, str]], size: int = 50) -> Iterator[list[dict[str, str]]]:
    """Lists of so many: one call of the page each."""
    while part := list(islice(conversations, size)):
        yield part


@contextmanager
def desk() -> Iterator[Desk]:
    """An agent who holds the conversations, in a browser that has not opened the desk yet."""
    with tempfile.TemporaryDirectory(prefix="kefu-workbench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # the embedded database has a user of its own where we are root
        with browsers.chromium() as browser, houses.running(folder, 1, **NO_LIMITS) as house:
            crew = open_company(house, agents=1, cap=HELD, role="supervisor")
            with visitors_of(house.port, crew["channel"]) as visitors:
                begin(house, visitors)
                yield Desk(_page(browser, house, crew), house, visitors)


def begin(house: House, visitors: Visitors) -> None:
    """The conversations, one of them long, all in the agent's hands. Raises `Broken`."""
    visitors.come([f"Hello, this is visitor {number}. Do you have green tea?" for number in range(HELD)])
    with house.connect() as connection:
        connection.execute(LONG_HISTORY, {"past": PAST})
        if len(connection.execute(OPEN).fetchall()) != HELD:
            raise Broken("not every conversation was assigned")


def _page(browser: Any, house: House, crew: Crew) -> Any:
    state = signed_in(browser, f"http://127.0.0.1:{house.port}", crew)
    # What the browser waits for is told as text, which the page itself forbids.
    context = browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900}, bypass_csp=True)
    context.add_init_script(path=PROBE)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    return page


def bench() -> dict[str, float]:
    """The figures by name."""
    with desk() as here:
        first_paint = here.opened()
        calibration = here.calibration()
        here.events(FEW, per_second=PER_SECOND)
        here.turns(HELD // 4)
        before = here.heap()
        here.longest_task()
        here.events(BURST)
        longest = here.longest_task()
        times = sorted(here.turns(SWITCHES))
        here.events(MANY - FEW - BURST, per_second=PER_SECOND)
        after = here.heap()
    return {
        "first_paint_ms": first_paint,
        "switch_ms_p50": median(times),
        "switch_ms_p95": times[len(times) * 95 // 100],
        "long_task_ms_max": longest,
        "heap_growth": after / before,
        "heap_mb": after / 1024**2,
        "calibration_ms": calibration,
    }


def report(figures: dict[str, float]) -> dict[str, dict[str, float]]:
    """The figures and ratios that `--json` prints."""
    calibration = figures["calibration_ms"]
    ratios = {f"{name}_to_calibration": figures[name] / calibration for name in ("first_paint_ms", "switch_ms_p95")}
    return {
        "figures": {name: round(value, 2) for name, value in figures.items()},
        "ratios": {name: round(value, 2) for name, value in ratios.items()},
    }


def print_table(found: dict[str, dict[str, float]]) -> None:
    """Prints figures with what they may be at most, then ratios."""
    print(f"{'an agent with ' + str(HELD) + ' open conversations':<42} {'figure':>9} {'at most':>9}")
    for name, value in found["figures"].items():
        print(f"  {name:<40} {value:9.2f} {LIMITS.get(name, ''):>9}")
    for name, value in found["ratios"].items():
        print(f"  {name:<40} {value:9.2f}")


def too_much(figures: dict[str, float]) -> list[str]:
    """The figures above their limits."""
    return [name for name, most in LIMITS.items() if figures[name] > most]


def main() -> int:
    """The exit code: 1 where a figure is above its limit, or no browser is there."""
    return command.run(lambda: _run(command.parser("workbench", __doc__ or "").parse_args()))


def _run(options: Namespace) -> int:
    found = report(bench())
    if options.json:
        print(json.dumps(found))
    else:
        print_table(found)
    return 1 if too_much(found["figures"]) else 0


if __name__ == "__main__":
    sys.exit(main())
