"""`bin/bench pages`: what a browser receives before a page can be used, and in how many requests.

Chromium with an empty cache opens a site's page with the loader, the chat, the desk and a list of the console, of the
product as `bin/serve` starts it. The baseline are the same pages with scripts and style sheets as they stand in the
repository and nothing compressed. See bench/README.md.
"""

import json
import sys
import tempfile
import urllib.request
import uuid
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.rig import browser as browsers
from bench.rig import command, servers
from bench.rig import house as houses
from bench.rig.crew import Crew, open_company
from bench.rig.house import House

VISITORS = 5
PATIENCE = 30_000  # milliseconds
# Kilobytes and requests at most; more makes the exit code 1.
MOST = {"loader": (3.5, 1), "chat": (23.0, 4), "desk": (92.0, 6), "console": (46.0, 8)}


@dataclass(frozen=True)
class Received:
    """What a browser got from kefu for one page. `kilobytes` are of bodies as they came, without heads."""

    kilobytes: float
    requests: int
    each: tuple[tuple[str, int], ...]


def open_office(house: House) -> Crew:
    """Opens a company whose supervisor holds some conversations."""
    crew = open_company(house, agents=1, cap=10, role="supervisor")
    for number in range(VISITORS):
        write(house.port, crew["channel"], f"Hello, this is visitor {number}. Do you have https://example.com/tea?")
    return crew


def write(port: int, channel: str, text: str) -> None:
    """A new visitor's first message."""
    token = post(port, "session", {"channel": channel}, {})["token"]
    command = {"t": "message.post", "id": str(uuid.uuid4()), "kind": "text", "text": text}
    post(port, "command", command, {"Authorization": f"Bearer {token}"})


def post(port: int, name: str, content: dict[str, str], headers: dict[str, str]) -> dict[str, Any]:
    """What the visitors' address of that name answers."""
    headers = {"Content-Type": "application/json", **headers}
    address = f"http://127.0.0.1:{port}/api/visitor/{name}"
    request = urllib.request.Request(address, json.dumps(content).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


class Visit:
    """Opens pages in a browser of its own and counts what comes from `origin`."""

    def __init__(self, context: Any, origin: str) -> None:
        self.origin = origin
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.finished: list[Any] = []
        context.on("requestfinished", self.note)

    def note(self, request: Any) -> None:
        """An answer has come whole."""
        self.finished.append(request)

    def received(self) -> Received:
        """Since the last call, once nothing more comes."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(500)  # the page's state says nothing of its frames
        done = [request for request in self.finished if request.url.startswith(self.origin)]
        self.finished.clear()
        each = tuple((request.url.removeprefix(self.origin), body_of(request)) for request in done)
        return Received(sum(size for _, size in each) / 1024, len(each), each)


def body_of(request: Any) -> int:
    """The bytes of its answer's body as they came."""
    return int(request.sizes()["responseBodySize"])


def visitor(context: Any, origin: str, channel: str) -> Iterator[tuple[str, Received]]:
    """A site's page with the loader, then a click on its button."""
    visit = Visit(context, origin)
    with browsers.site(f"{origin}/w/{channel}.js") as address:
        visit.page.goto(address)
        button = visit.page.locator(f"#kefu-{channel} button")
        button.wait_for()
        yield "loader", visit.received()
        button.click()
        visit.page.frame_locator("iframe").locator("#text:not([readonly])").wait_for()
        yield "chat", visit.received()


def desk(context: Any, origin: str, held: int = VISITORS) -> Iterator[tuple[str, Received]]:
    """The desk of an agent who holds so many conversations."""
    visit = Visit(context, origin)
    visit.page.goto(f"{origin}/desk/")
    visit.page.locator("#section-active .row").nth(held - 1).wait_for()
    yield "desk", visit.received()


def console(context: Any, origin: str) -> Iterator[tuple[str, Received]]:
    """The console's list of agents."""
    visit = Visit(context, origin)
    visit.page.goto(f"{origin}/console/agents/")
    visit.page.locator("table").first.wait_for()
    yield "console", visit.received()


def signed_in(browser: Any, origin: str, company: Crew) -> Any:
    """The cookies of the supervisor."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{origin}/sign-in/")
    page.fill("[name=name]", company["agents"][0])
    page.fill("[name=password]", company["password"])
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/console/**")
    state = context.storage_state()
    context.close()
    return state


def measure(browser: Any, origin: str, company: Crew, headers: dict[str, str]) -> dict[str, Received]:
    """Every page by name, each person with an empty cache."""
    state = signed_in(browser, origin, company)
    found: dict[str, Received] = {}
    with fresh(browser, headers) as context:
        found |= visitor(context, origin, company["channel"])
    for pages in (desk, console):
        with fresh(browser, headers, storage_state=state) as context:
            found |= pages(context, origin)
    return found


@contextmanager
def fresh(browser: Any, headers: dict[str, str], **options: Any) -> Iterator[Any]:
    """A browser that has seen nothing."""
    context = browser.new_context(extra_http_headers=headers, **options)
    yield context
    context.close()


def bench() -> tuple[dict[str, Received], dict[str, Received]]:
    """Starts the product, opens a company, measures it and the baseline."""
    with tempfile.TemporaryDirectory(prefix="kefu-pages-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # the embedded database has a user of its own where we are root
        (folder / "plain").mkdir()
        with browsers.chromium() as browser, houses.running(folder, 1) as house:
            company = open_office(house)
            ours = measure(browser, f"http://127.0.0.1:{house.port}", company, {})
            # Where nothing was collected, files are served as they stand in the repository.
            plain = house.environment() | {"KEFU_STATIC_ROOT": str(folder / "plain")}
            with servers.web(servers.KEFU, plain) as web:
                uncompressed = {"Accept-Encoding": "identity"}
                theirs = measure(browser, f"http://127.0.0.1:{web.port}", company, uncompressed)
    return ours, theirs


def report(ours: dict[str, Received], theirs: dict[str, Received]) -> dict[str, dict[str, float]]:
    """The figures and ratios that `--json` prints."""
    figures: dict[str, float] = {}
    for prefix, pages in (("", ours), ("baseline_", theirs)):
        for name, found in pages.items():
            figures[f"{prefix}{name}_kb"] = round(found.kilobytes, 1)
            figures[f"{prefix}{name}_requests"] = found.requests
    ratios = {f"baseline_to_kefu_{name}": round(theirs[name].kilobytes / ours[name].kilobytes, 1) for name in ours}
    return {"figures": figures, "ratios": ratios}


def print_table(ours: dict[str, Received], theirs: dict[str, Received], *, each: bool) -> None:
    """Prints the table; with `each`, every answer too."""
    print("received before it can be used     KB  requests   as it stands: KB  requests")
    for name, found in ours.items():
        other = theirs[name]
        print(f"  {name:<28} {found.kilobytes:7.1f} {found.requests:9} {other.kilobytes:18.1f} {other.requests:9}")
        for address, size in found.each if each else ():
            print(f"      {size:8}  {address}")


def too_large(ours: dict[str, Received]) -> list[str]:
    """The pages that exceed `MOST`."""
    exceeding = {
        name for name, found in ours.items() if found.kilobytes > MOST[name][0] or found.requests > MOST[name][1]
    }
    return sorted(exceeding)


def main() -> int:
    """The exit code: 1 where a page takes more than `MOST`, or no browser is there."""
    parser = command.parser("pages", "Kilobytes and requests on the wire.")
    parser.add_argument("--each", action="store_true", help="list every answer under its page")
    options = parser.parse_args()
    return command.run(lambda: _run(options))


def _run(options: Namespace) -> int:
    ours, theirs = bench()
    if options.json:
        print(json.dumps(report(ours, theirs)))
    else:
        print_table(ours, theirs, each=options.each)
    return 1 if too_large(ours) else 0


if __name__ == "__main__":
    sys.exit(main())
