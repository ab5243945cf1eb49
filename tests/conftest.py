"""Servers, database, cast and browser for all tests.

Tests commit for real: sockets, threads and the event loop's own connections see what a test wrote. Each test that
needs the database begins with an empty one; emptying it takes milliseconds, because it deletes the few rows there are.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

# Playwright's sync API keeps a loop running in the test thread; tests of sockets read tables between two awaits.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import pytest
from django.test.utils import setup_databases, teardown_databases

from bench.rig.browser import ARGUMENTS, program
from tests import servers

_servers = ExitStack()
servers.start(_servers)

from core.web.headers import StaticFiles  # noqa: E402 – the settings must be true first
from tests.clean_slate import empty, hang_up, randomize_tenant_ids  # noqa: E402

pytest_plugins = ("tests.fixtures",)


def pytest_unconfigure() -> None:
    """The private servers end with the run."""
    _servers.close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a browser are marked as such, so that `-m` finds them.

    They come last: Playwright keeps a loop running, beside which asyncio's own cannot be entered.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """A database made for this run, whatever tests ask for it and however."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default": None}, serialized_aliases=[])
    yield
    with django_db_blocker.unblock():
        hang_up()
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database, open to every test that asks for it."""
    with django_db_blocker.unblock():
        randomize_tenant_ids()
        yield


@pytest.fixture
def house(database: None, django_db_blocker: Any) -> Iterator[None]:
    """An empty database and an empty Redis."""
    with django_db_blocker.unblock():
        empty()
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_are_found_once() -> Iterator[None]:
    """Each test client makes middleware of its own, which would look for two hundred files again."""
    look, found = StaticFiles.add_files_from_finders, dict[str, Any]()

    def take_what_was_found(files: Any) -> None:
        if not found:
            look(files)
            found.update(files.files)
        files.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFiles, "add_files_from_finders", take_what_was_found)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, headless. Without one the test is skipped, and fails where KEFU_REQUIRE_BROWSER=1."""
    found = program()
    if found is None:
        why = "no Chromium here (Debian: apt install chromium-headless-shell fonts-noto-cjk)"
        if os.environ.get("KEFU_REQUIRE_BROWSER") == "1":
            pytest.fail(why)
        pytest.skip(why)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield chromium
        chromium.close()
