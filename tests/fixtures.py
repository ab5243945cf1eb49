"""The fixtures that most tests ask for."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
import pytest_asyncio
from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

from conversations.posting import batcher
from core.live import hub
from core.tenancy.pool import close
from kefu.celery import app
from tests.cast import Cast, assemble
from tests.clean_slate import must_be_ours
from tests.uptime import serve, stop_serving, was_away


@pytest.fixture
def cast(house: None) -> Cast:
    """alice, bob, carol and mallory in two companies."""
    return assemble()


@pytest.fixture
def worker() -> Iterator[None]:
    """Tasks run at once, in this process, as Celery's own worker would run them one after the other."""
    app.conf.task_always_eager = True
    app.conf.task_eager_propagates = False
    yield
    app.conf.task_always_eager = False


@pytest_asyncio.fixture(loop_scope="session")
async def live_loop(loop_of_the_run: None) -> AsyncIterator[None]:
    """The loop stands still between tests: no transaction may be left under way on it."""
    yield
    await batcher.quiet()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def loop_of_the_run(database: None) -> AsyncIterator[None]:
    """The event loop with its pool and hub, closed at the end of the run."""
    yield
    await close()
    for task in asyncio.all_tasks():
        if task.get_name() == "digests":
            task.cancel()
    await hub.hub().close()


@pytest.fixture
def kefu_is_there(house: None) -> Iterator[None]:
    """Its sweeps were rung all the time, and a web process serves somebody; that of the run is another installation."""
    with override_settings(SECRET_KEY=f"{settings.SECRET_KEY} of another"):
        hub._installation.cache_clear()
        serve()
        was_away(timedelta())
        yield
        stop_serving()
    hub._installation.cache_clear()


@pytest.fixture
def another(database: None) -> Iterator[BaseDatabaseWrapper]:
    """An empty database beside that of the tests."""
    name = f"{must_be_ours()}_before"
    with connection.cursor() as cursor:
        cursor.execute(f"drop database if exists {name} with (force)")
        cursor.execute(f"create database {name}")
    other = connections[name] = connection.copy(name)
    other.settings_dict |= {"NAME": name, "OPTIONS": {}}
    yield other
    other.close()
    del connections[name]
    with connection.cursor() as cursor:
        cursor.execute(f"drop database {name}")
