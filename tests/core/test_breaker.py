"""A Redis that hangs is waited for once, by one, and not by everybody who asks it."""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery
from django.conf import LazySettings
from kombu.exceptions import OperationalError

from core import breaker, tasks, uptime
from core.live.hub import Hub, publish
from core.web import throttle
from kefu.serving import embedded
from tests.eventually import eventually
from tests.house.sources import name_of, python_files

TENANT = 1
FRAMES = [("1:desk", "frame")]


class Server:
    """A Redis that can be made to hang: it takes connections and commands, and answers when it goes on."""

    def __init__(self, url: str) -> None:
        self.url = url
        with redis.Redis.from_url(url) as client:
            self.pid = int(client.info("server")["process_id"])

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Stopped for the length of the block."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    def asked(self, command: str) -> int:
        """How often it was asked that; what came while it hung counts."""
        with redis.Redis.from_url(self.url) as client:
            return int(client.info("commandstats").get(f"cmdstat_{command}", {"calls": 0})["calls"])


@pytest.fixture
def server(database: None, settings: LazySettings) -> Iterator[Server]:
    """One of our own, which the process uses meanwhile."""
    throttle._limiter.cache_clear()
    with tempfile.TemporaryDirectory(prefix="kefu-hang-") as folder, ExitStack() as stack:
        one = embedded.Redis(Path(folder), Path(folder), durable=False)
        embedded._start_all((one,), Path(folder), stack)
        settings.REDIS_URL = one.url
        yield Server(one.url)
        breaker.client().close()
    throttle._limiter.cache_clear()


@pytest.fixture
def bell(server: Server) -> Any:
    """A task that its broker, the same server, can be given."""
    broker = server.url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    app = Celery("aside", broker=broker, set_as_current=False)
    app.conf.broker_transport_options = {"socket_timeout": 1}

    @app.task(name="bell", shared=False)
    def bell(tenant_id: int) -> None:
        """Nothing."""

    yield bell
    app.close()


@pytest.mark.usefixtures("live_loop")
async def test_a_redis_that_hangs_costs_one_wait_and_not_one_for_each_who_asks(
    server: Server, bell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "COOL_DOWN_SECONDS", 60)
    hub = Hub()
    publish(TENANT, FRAMES)
    with server.hanging():
        for _ in range(3):
            publish(TENANT, FRAMES)
            await hub.publish(TENANT, FRAMES)
            tasks.enqueue(bell, TENANT)
            for ask in (uptime.absences, uptime.record_round, lambda: throttle.count("5/minute", "anything")):
                with pytest.raises(breaker.CircuitOpen):
                    ask()
    await hub.close()
    eventually(lambda: server.asked("publish") == 2)  # before, and the one that waited
    assert [server.asked(command) for command in ("eval", "evalsha", "lpush", "lrange", "pubsub|channels")] == [0] * 5


def test_when_the_rest_is_over_one_asks_again_and_the_others_when_that_one_was_answered(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "COOL_DOWN_SECONDS", 60)
    own = breaker.breaker()
    with ThreadPoolExecutor(1) as thread, server.hanging():
        with pytest.raises(redis.TimeoutError):
            breaker.client().ping()
        own._open_until = rest_is_over = time.monotonic()
        asking = thread.submit(breaker.client().ping)
        eventually(lambda: own._open_until > rest_is_over)
        with pytest.raises(breaker.CircuitOpen):
            breaker.client().ping()
        os.kill(server.pid, signal.SIGCONT)
        assert asking.result()
    assert own._open_until == 0
    assert breaker.client().ping()


def test_one_that_refuses_is_asked_each_time(settings: LazySettings, tmp_path: Path) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/nobody?db=0"
    for _ in range(2):
        with pytest.raises(redis.ConnectionError) as refused:
            breaker.client().ping()
        assert not isinstance(refused.value, breaker.CircuitOpen)


def test_a_broker_that_hangs_is_found_out_and_not_waited_for_for_ever(server: Server, bell: Any) -> None:
    bell.apply_async((TENANT,))
    with server.hanging():
        with pytest.raises(OperationalError), breaker.breaker().guard():
            bell.apply_async((TENANT,), retry=False)
        with pytest.raises(breaker.CircuitOpen):
            breaker.client().ping()


def test_the_products_own_broker_is_not_waited_for_for_ever(settings: LazySettings) -> None:
    for name in ("socket_timeout", "socket_connect_timeout"):
        assert 1 < settings.CELERY_BROKER_TRANSPORT_OPTIONS[name] <= 5  # a worker waits a second for the next task


def test_what_could_not_be_rung_is_rung_as_soon_as_redis_is_back(
    server: Server, bell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hung after the mark was asked for: Redis makes it when it goes on, and no task comes."""
    monkeypatch.setattr(breaker, "COOL_DOWN_SECONDS", 0.0)
    breaker.client().ping()
    with server.hanging():
        tasks.enqueue(bell, TENANT)
    with redis.Redis.from_url(server.url) as client:
        eventually(lambda: client.keys("kefu:rung:*"))
        for _ in range(2):
            tasks.enqueue(bell, TENANT)
        assert client.llen("celery") == 1


def test_the_product_asks_redis_through_the_guarded_clients() -> None:
    """But the hub's reader, which waits alone, and the command that prepares an installation."""
    made = {name_of(path) for path in python_files() if "Redis.from_url(" in path.read_text()}
    assert made == {"core/live/hub.py", "kefu/management/commands/prepare.py"}
