"""`bin/bench faults`: kills kefu's processes one after the other under load, and counts lost messages.

The clients are the product's own connection and outbox (static/kefu/js), run without a page. See bench/README.md.
"""

import asyncio
import json
import random
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from argparse import ArgumentParser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from bench.rig import house as houses
from bench.rig.crew import open_company
from bench.rig.diary import Diary, Stored, Verdict, judge
from bench.rig.house import House
from bench.rig.network import Network
from bench.rig.pace import comes_true
from bench.rig.sockets import Broken
from kefu.serving import processes
from kefu.serving.folders import CannotStart

VISITORS, AGENTS, CAP = 20, 4, 4
KINDS = ("web", "postgres", "redis", "worker", "beat", "network")
QUIET_SECONDS = 6.0  # nothing is broken: the rate to compare with
BETWEEN = (1.0, 4.0)  # seconds from a recovery to the next fault
CUT_SECONDS = 2.0  # of a cut network
GIVE_UP = 90.0  # seconds after which a fault counts as not recovered
SETTLED_SECONDS = 1.5  # seconds without a delayed message, until recovery counts as complete
DRAIN_LIMIT = 45.0  # seconds for messages under way at the end, more than the longest wait before a reconnect
REPORT_LIMIT = 60.0  # seconds for all clients to report, each after reading its threads; no figure
RESTART_LIMIT = 30.0  # seconds until the supervisor has a process of a kind again
SIGN_IN_LIMIT = 30.0  # seconds for one request
HEALED_WITHIN = 10.0  # seconds; a slower recovery makes the exit code 1
CLIENTS = Path(__file__).parent / "rig" / "clients" / "main.js"

STORED = """
select conversation.public_id, message.seq, message.text, conversation.state
from conversations_message message
join conversations_conversation conversation on conversation.id = message.conversation_id
where message.author_kind in ('customer', 'agent')
order by conversation.id, message.seq
"""
# A conversation waits although an agent with free capacity serves it.
WAITING = """
select count(*) from conversations_conversation waiting
where waiting.state = 'queued' and exists (
    select from accounts_agent agent
    where agent.tenant_id = waiting.tenant_id and agent.status = 'online' and agent.max_concurrent > (
        select count(*) from conversations_conversation held where held.agent_id = agent.id and held.state = 'active'))
"""
SWEPT = "select exists (select from core_event where counted and at > to_timestamp(%s))"


@dataclass(frozen=True)
class Break:
    """A fault and its recovery times in seconds: of messages, and of sweeps."""

    kind: str
    messages: float
    sweeps: float

    @property
    def seconds(self) -> float:
        """The time until both had recovered."""
        return max(self.messages, self.sweeps)


@dataclass
class Campaign:
    """One run: the installation, the network, and the results."""

    house: House
    network: Network
    diary: Diary
    dice: random.Random
    breaks: list[Break] = field(default_factory=list)
    quiet_rate: float = 0.0
    rate: float = 0.0
    verdict: Verdict = field(default_factory=lambda: Verdict(0, 0, 0, 0, ()))

    async def settle(self) -> None:
        """Waits until all clients are connected and each has written."""
        await until(lambda: self.diary.acknowledged() > VISITORS, 60, "nobody could write")

    async def measure_quiet(self) -> None:
        """Measures the message rate without faults."""
        before, began = self.diary.acknowledged(), time.monotonic()
        await asyncio.sleep(QUIET_SECONDS)
        self.quiet_rate = (self.diary.acknowledged() - before) / (time.monotonic() - began)

    async def run(self, kills: int, kinds: tuple[str, ...]) -> None:
        """Injects `kills` faults in random order, each kind equally often."""
        order = [kinds[number % len(kinds)] for number in range(kills)]
        self.dice.shuffle(order)
        before, began = self.diary.acknowledged(), time.monotonic()
        for number, kind in enumerate(order, 1):
            await asyncio.sleep(self.dice.uniform(*BETWEEN))
            broken = await self._break(kind)
            self.breaks.append(await self._healed(kind, broken))
            last = self.breaks[-1]
            sys.stderr.write(f"{number}/{kills} {kind}: messages {last.messages:.1f} s, sweeps {last.sweeps:.1f} s")
            sys.stderr.write(f"{self.diary.describe_late(time.time())}\n")
        self.rate = (self.diary.acknowledged() - before) / (time.monotonic() - began)

    async def _break(self, kind: str) -> float:
        if kind == "network":
            self.network.cut()
            await asyncio.sleep(CUT_SECONDS)
            self.network.mend()
        else:
            await until(lambda: self.house.pids(kind), RESTART_LIMIT, f"no {kind} came back")
            self.house.kill(kind, self.dice.randrange(64))
        return time.time()

    async def _healed(self, kind: str, broken: float) -> Break:
        """Waits until no message is delayed and sweeps run again; raises `Broken` after `GIVE_UP` seconds."""
        settled_since: float | None = None
        swept: float | None = None
        while (now := time.time()) - broken < GIVE_UP:
            if swept is None and await asyncio.to_thread(self._swept_since, broken):
                swept = time.time() - broken
            settled_since = None if self.diary.late(now) else settled_since or now
            if swept is not None and settled_since is not None and now - settled_since > SETTLED_SECONDS:
                return Break(kind, self.diary.healed_after(broken), swept)
            await asyncio.sleep(0.1)
        late = self.diary.late(time.time())
        return Break(kind, GIVE_UP if late else self.diary.healed_after(broken), swept or GIVE_UP)

    def _swept_since(self, moment: float) -> bool:
        """Whether an event that was logged after that moment has been counted by the sweep."""
        try:
            with self.house.connect() as connection:
                row = connection.execute(SWEPT, [moment]).fetchone()
                return bool(row and row[0])
        except psycopg.Error:
            return False  # the database is the server that is down

    async def finish(self, clients: "Clients") -> None:
        """Stops writing, waits for what is under way, and compares tables with screens."""
        clients.order({"do": "quiet"})
        with suppress(Broken):
            await until(lambda: not any(one.under_way for one in self.diary.sendings.values()), DRAIN_LIMIT, "")
        # One more digest, which finds what a crash lost between commit and sending; and an agent who is still away by
        # now is assigned nothing.
        deadline = time.monotonic() + DRAIN_LIMIT
        while True:
            waiting = await asyncio.to_thread(self._waiting_at_last)
            await clients.report(self.diary)
            self.verdict = judge(self.diary, await asyncio.to_thread(self._stored), waiting)
            if not (self.verdict.lost or self.verdict.stuck) or time.monotonic() > deadline:
                return
            await asyncio.sleep(1)

    def _stored(self) -> list[Stored]:
        with self.house.connect() as connection:
            return [Stored(*row) for row in connection.execute(STORED).fetchall()]

    def _waiting_at_last(self) -> int:
        """The number of conversations that wait although an agent has capacity, after two intervals of dispatch's
        sweep."""
        deadline = time.monotonic() + 12
        while True:
            with self.house.connect() as connection:
                row = connection.execute(WAITING).fetchone()
            count = int(row[0]) if row else 0
            if not count or time.monotonic() > deadline:
                return count
            time.sleep(0.5)


class Clients:
    """The process that runs all visitors and agents."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    def order(self, order: dict[str, Any]) -> None:
        """Sends one line to it."""
        if self.process.stdin is None or self.process.returncode is not None:
            raise Broken("the clients have ended")
        self.process.stdin.write(json.dumps(order).encode() + b"\n")

    async def report(self, diary: Diary) -> None:
        """Waits for what all of them show; raises `Broken` where they do not say it."""
        diary.reports = None
        self.order({"do": "report"})
        await until(lambda: diary.reports is not None or self.process.returncode is not None, REPORT_LIMIT, "no report")
        if diary.reports is None:
            raise Broken(f"the clients ended with {self.process.returncode} instead of reporting")

    async def listen(self, diary: Diary) -> None:
        """Records its lines until it ends."""
        while self.process.stdout is not None and (line := await self.process.stdout.readline()):
            diary.note(json.loads(line))


async def until(condition: Any, seconds: float, otherwise: str) -> None:
    """Waits for a condition; raises `Broken` with `otherwise` after `seconds`."""
    if not await comes_true(condition, within=seconds):
        raise Broken(otherwise)


def sign_in(port: int, name: str, password: str) -> dict[str, str]:
    """Signs in through the page; returns cookies and the CSRF token for commands."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"http://127.0.0.1:{port}/sign-in/"
    browser.open(address, timeout=SIGN_IN_LIMIT).read()
    csrf = next(cookie.value or "" for cookie in jar if cookie.name.endswith("csrf"))
    form = {"name": name, "password": password, "csrfmiddlewaretoken": csrf}
    signing_in = urllib.request.Request(address, urlencode(form).encode(), {"Referer": address})
    browser.open(signing_in, timeout=SIGN_IN_LIMIT).read()
    cookies = {cookie.name: cookie.value or "" for cookie in jar}
    if not any(key.endswith("session") for key in cookies):
        raise Broken(f"{name} could not sign in")
    csrf = next(value for key, value in cookies.items() if key.endswith("csrf"))
    header = "; ".join(f"{key}={value}" for key, value in cookies.items())
    return {"name": "a" + name.partition("@")[0], "cookies": header, "csrf": csrf}


@asynccontextmanager
async def clients(port: int, cast: dict[str, Any], diary: Diary) -> AsyncIterator[Clients]:
    """The clients at work for the length of the block."""
    program = str(Path(sys.executable).parent / "deno")
    options = ("run", "--quiet", "--no-prompt", "--no-lock", "--allow-net=127.0.0.1", "--allow-read")
    process = await asyncio.create_subprocess_exec(
        program, *options, "--location", f"http://127.0.0.1:{port}/", str(CLIENTS), cwd=processes.ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=2**26,
    )  # fmt: skip
    crowd = Clients(process)
    listening = asyncio.create_task(crowd.listen(diary))
    try:
        crowd.order({"cast": cast})
        yield crowd
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await listening


async def campaign(folder: Path, kills: int, web: int, kinds: tuple[str, ...], seed: int) -> Campaign:
    """One whole run; SIGTERM ends it like Ctrl-C, with everything that it started."""
    if (task := asyncio.current_task()) is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with houses.running(folder, web) as house:
        company = open_company(house, agents=AGENTS, cap=CAP, role="agent")
        desks = [sign_in(house.port, name, company["password"]) for name in company["agents"]]
        cast = {"channel": company["channel"], "visitors": VISITORS, "agents": desks, "seed": seed}
        diary = Diary()
        async with Network(house.port) as network, clients(network.port, cast, diary) as crowd:
            run = Campaign(house, network, diary, random.Random(seed))
            await run.settle()
            await run.measure_quiet()
            await run.run(kills, kinds)
            await run.finish(crowd)
            if run.verdict.is_broken:
                sys.stderr.write("\n".join([house.last_lines(), *run.verdict.examples, ""]))
            return run


def report(run: Campaign) -> dict[str, dict[str, float]]:
    """The figures and ratios that `--json` prints."""
    figures: dict[str, float] = {
        "kills": len(run.breaks),
        "sent": len(run.diary.sendings),
        "lost": run.verdict.lost,
        "doubled": run.verdict.doubled,
        "disordered": run.verdict.disordered,
        "stuck": run.verdict.stuck,
        "heal_s_median": round(statistics.median(one.seconds for one in run.breaks), 1),
        "heal_s_max": round(max(one.seconds for one in run.breaks), 1),
    }
    for kind in sorted({one.kind for one in run.breaks}):
        seconds = [one.seconds for one in run.breaks if one.kind == kind]
        figures[f"heal_s_median_{kind}"] = round(statistics.median(seconds), 1)
        figures[f"heal_s_max_{kind}"] = round(max(seconds), 1)
    return {"figures": figures, "ratios": {"rate_to_quiet": round(run.rate / run.quiet_rate, 2)}}


def print_table(found: dict[str, dict[str, float]], run: Campaign) -> None:
    """Prints the table."""
    figures = found["figures"]
    print("healed after, seconds    breaks   messages        sweeps")
    print("                                  median  worst   median  worst")
    for kind in sorted({one.kind for one in run.breaks}):
        ours = [one for one in run.breaks if one.kind == kind]
        columns = ([one.messages for one in ours], [one.sweeps for one in ours])
        cells = "  ".join(f"{statistics.median(column):6.1f} {max(column):6.1f}" for column in columns)
        print(f"  {kind:<20} {len(ours):8}   {cells}")
    print(
        f"\nof {figures['sent']:.0f} messages lost: {figures['lost']:.0f}, doubled: {figures['doubled']:.0f}, ", end=""
    )
    print(f"out of order: {figures['disordered']:.0f}, stuck: {figures['stuck']:.0f}")
    for example in run.verdict.examples:
        print(f"  {example}")
    carried = ", ".join(f"{mode} {count}" for mode, count in run.diary.modes.most_common())
    print(f"carried by {carried}; {found['ratios']['rate_to_quiet']} of the quiet rate ({run.quiet_rate:.0f} a second)")
    for kind, count in run.diary.trouble.most_common():
        print(f"  {count} times {kind}")


def main() -> int:
    """Returns the exit code: 1 if a message was lost, doubled, out of order or stuck, or a recovery was too slow."""
    parser = ArgumentParser(prog="bin/bench faults", description="What people lose when processes die.")
    parser.add_argument("--kills", type=int, default=30, help="how many breaks (default: %(default)s)")
    parser.add_argument("--web", type=int, default=1, help="web processes (default: %(default)s)")
    parser.add_argument("--kinds", default=",".join(KINDS), help="what to break (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="repeat the dice of an earlier run")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args()
    kinds = tuple(options.kinds.split(","))
    if unknown := set(kinds) - set(KINDS):
        parser.error(f"there is no kind {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    if options.kills < 1:
        parser.error("at least one kill")
    seed = options.seed if options.seed is not None else secrets.randbelow(100_000)
    sys.stderr.write(f"--seed {seed}\n")
    with tempfile.TemporaryDirectory(prefix="kefu-faults-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # As root, the embedded database runs as another user, who must be able to pass.
        try:
            run = asyncio.run(campaign(Path(folder), options.kills, options.web, kinds, seed))
        except (CannotStart, Broken) as reason:
            sys.stderr.write(f"{reason}\n")
            return 1
        except (KeyboardInterrupt, asyncio.CancelledError):
            return 130
    found = report(run)
    if options.json:
        print(json.dumps(found))
    else:
        print_table(found, run)
    figures = found["figures"]
    return 1 if run.verdict.is_broken or figures["heal_s_max"] > HEALED_WITHIN else 0


if __name__ == "__main__":
    sys.exit(main())
