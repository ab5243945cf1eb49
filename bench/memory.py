"""`bin/bench memory`: what everything that `bin/serve` starts holds in memory, at rest.

Starts it on a fresh folder, opens its first pages, waits until nothing grows any more, and adds up the proportional set
size (PSS) of each process: a page of memory that three processes share counts a third in each. See bench/README.md.
"""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench.rig import command
from bench.rig import house as houses
from bench.rig.house import House
from bench.rig.sockets import Broken

MAX_MEGABYTES = 250.0
PAGES = ("/readyz", "/sign-in/")  # what a process loads when it is first asked
LOOK_SECONDS = 2.0
STEADY_LOOKS, STEADY_MEGABYTES = 5, 1.0  # so many looks in a row within so much of each other: at rest
REST_LIMIT = 120.0  # seconds
# Of the supervisor's children, the last that fits (a worker may be the clock); the supervisor is "kefu" itself.
KINDS = ("beat", "web", "worker", "postgres", "redis")


@dataclass(frozen=True)
class Held:
    """What one process holds, in megabytes. `private` is what no other process shares."""

    kind: str
    pid: int
    command: str
    pss: float
    private: float


def everything(house: House) -> list[Held]:
    """The supervisor and all processes below it, each with the kind of the child that it belongs to."""
    owner = house.process.pid
    kinds = {pid: kind for kind in KINDS for pid in house.pids(kind)}
    below = children_of_all()
    found = [held(owner, "kefu")]
    for child in below[owner]:
        found += [held(pid, kinds.get(child, "other")) for pid in family(child, below)]
    return [each for each in found if each is not None]


def children_of_all() -> dict[int, list[int]]:
    """Of every process on this machine; of one that ends meanwhile, or not."""
    below: defaultdict[int, list[int]] = defaultdict(list)
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            below[int(status.read_text().rpartition(")")[2].split()[1])].append(int(status.parent.name))
        except OSError:
            continue
    return below


def family(pid: int, below: dict[int, list[int]]) -> Iterator[int]:
    """A process and its descendants."""
    yield pid
    for child in below.get(pid, ()):
        yield from family(child, below)


def held(pid: int, kind: str) -> Held | None:
    """None for a process that has ended meanwhile."""
    folder = Path(f"/proc/{pid}")
    try:
        sizes = dict(line.split(":", 1) for line in (folder / "smaps_rollup").read_text().splitlines()[1:])
        command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return None
    kilobytes = {name: int(value.split()[0]) for name, value in sizes.items()}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return Held(kind, pid, command, kilobytes["Pss"] / 1024, private / 1024)


def total(processes: list[Held]) -> float:
    """Megabytes of all of them."""
    return sum(each.pss for each in processes)


def at_rest(house: House) -> list[Held]:
    """Everything, once it neither grows nor shrinks; raises `Broken` where it does so for ever, or the product ends."""
    sums: list[float] = []
    deadline = time.monotonic() + REST_LIMIT
    while time.monotonic() < deadline:
        found = everything(house)
        sums.append(total(found))
        latest = sums[-STEADY_LOOKS:]
        if len(latest) == STEADY_LOOKS and max(latest) - min(latest) < STEADY_MEGABYTES:
            return found
        with suppress(subprocess.TimeoutExpired):
            raise Broken(f"the product has ended, with code {house.process.wait(LOOK_SECONDS)}")
    raise Broken(f"memory does not come to rest: {', '.join(f'{each:.0f}' for each in sums)} MB")


def bench(web: int) -> list[Held]:
    """Start, open the pages, rest, look."""
    with tempfile.TemporaryDirectory(prefix="kefu-memory-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # the embedded database has a user of its own where we are root
        with houses.running(Path(folder), web) as house:
            for page in PAGES:
                urllib.request.urlopen(f"http://127.0.0.1:{house.port}{page}").read()
            return at_rest(house)


def report(processes: list[Held]) -> dict[str, dict[str, float]]:
    """The figures and ratios as `--json` prints them."""
    of_kinds: defaultdict[str, float] = defaultdict(float)
    for each in processes:
        of_kinds[each.kind] += each.pss
    private = sum(each.private for each in processes)
    figures = {
        "pss_mb": total(processes),
        "processes": float(len(processes)),
        **{f"pss_mb_{kind}": megabytes for kind, megabytes in of_kinds.items()},
    }
    return {
        "figures": {name: round(value, 1) for name, value in figures.items()},
        "ratios": {"private_to_pss": round(private / total(processes), 2)},
    }


def print_table(processes: list[Held]) -> None:
    """The same for people, process by process."""
    print("megabytes at rest           PSS  private")
    for each in processes:
        print(f"  {each.kind:<10} {each.pid:>8} {each.pss:9.1f} {each.private:8.1f}   {each.command[-70:]}")
    print(f"  all of them {total(processes):17.1f}")


def main() -> int:
    """The exit code: 1 if it is more than a small server should give."""
    parser = command.parser("memory", "Memory of everything that bin/serve starts.")
    parser.add_argument("--web", type=int, default=1, help="web processes (default: %(default)s)")
    options = parser.parse_args()
    return command.run(lambda: _run(options))


def _run(options: Namespace) -> int:
    processes = bench(options.web)
    if options.json:
        print(json.dumps(report(processes)))
    else:
        print_table(processes)
    return 1 if options.web == 1 and total(processes) > MAX_MEGABYTES else 0


if __name__ == "__main__":
    sys.exit(main())
