"""One running kefu for all journeys, contexts that are closed after each, pictures of those that fail.

Failures leave their pages and the end of the server's log in `test-results/`; with KEFU_TRACE=1 traces too, which cost
every journey a fifth of its time.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, expect

from tests.eventually import PATIENCE
from tests.journeys.network import Proxy, host_site
from tests.journeys.people import People
from tests.journeys.stack import ROOT, Company, Stack, running

RESULTS = ROOT / "test-results"
TRACES = os.environ.get("KEFU_TRACE") == "1"
expect.set_options(timeout=PATIENCE * 1000)
OUTCOME = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Remember whether the journey failed, for the fixture that keeps its traces, and say where the server stood."""
    report = yield
    if report.when == "call":
        item.stash[OUTCOME] = report.failed
        if report.failed and isinstance(item, pytest.Function) and {"people", "company"} <= item.funcargs.keys():
            people, company = item.funcargs["people"], item.funcargs["company"]
            if isinstance(people, People) and isinstance(company, Company):
                report.sections.append(("where the server stood", people.account(company)))
    return report


@pytest.fixture(scope="session")
def stack(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Web, worker and beat as `bin/serve` starts them, with the demo companies."""
    with running(tmp_path_factory.mktemp("serving")) as stack:
        yield stack


@pytest.fixture
def new_context(browser: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., BrowserContext]]:
    """Contexts (browsers of different people); after a failure each leaves its pages."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context: BrowserContext = browser.new_context(**{"reduced_motion": "reduce", **options})
        context.set_default_timeout(PATIENCE * 1000)
        if TRACES:
            context.tracing.start(screenshots=True, snapshots=True)
        made.append(context)
        return context

    yield make
    failed = request.node.stash.get(OUTCOME, False)
    folder = RESULTS / re.sub(r"\W+", "-", request.node.name)
    for number, context in enumerate(made):
        _leave(context, folder / str(number) if failed else None)


def _leave(context: BrowserContext, folder: Path | None) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(Error):  # the journey itself closed this one
            for number, page in enumerate(context.pages):
                page.screenshot(path=folder / f"page-{number}.png")
                (folder / f"page-{number}.html").write_text(page.content())
            if TRACES:
                context.tracing.stop(path=folder / "trace.zip")
    context.close()


@pytest.fixture
def people(
    stack: Stack, new_context: Callable[..., BrowserContext], request: pytest.FixtureRequest
) -> Iterator[People]:
    """Brings people in front of pages."""
    yield People(stack, new_context)
    if request.node.stash.get(OUTCOME, False):
        folder = RESULTS / re.sub(r"\W+", "-", request.node.name)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "serving.log").write_text(stack.last_lines())


@pytest.fixture
def company(stack: Stack) -> Company:
    """A company of this journey alone."""
    return stack.company()


@pytest.fixture
def proxy(stack: Stack) -> Iterator[Proxy]:
    """A way to kefu that can be cut."""
    proxy = Proxy(stack.port)
    yield proxy
    proxy.close()


@pytest.fixture
def host_page(stack: Stack) -> Iterator[Callable[[Company], str]]:
    """Addresses of foreign pages that carry a company's chat."""
    with ExitStack() as sites:
        yield lambda company: sites.enter_context(host_site(stack.url, company.channel))
