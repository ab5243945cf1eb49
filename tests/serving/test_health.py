"""`/readyz` tells the truth, and takes no process out for a hiccup."""

import time
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.test import Client

from kefu.serving import health
from tests.cast import Cast


@pytest.fixture
def full_redis(cast: Cast) -> Iterator[None]:
    """A Redis that answers and takes nothing more."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        before = client.config_get("maxmemory")["maxmemory"]
        client.config_set("maxmemory", 1)
        yield
        client.config_set("maxmemory", before)


def test_a_healthy_process_is_ready(cast: Cast) -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"postgresql": True, "redis": True, "live": True})


def test_a_full_redis_is_told_at_once_and_takes_the_process_out_when_it_stays_full(
    full_redis: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_worked_at", dict.fromkeys(("postgresql", "redis", "live"), time.monotonic()))
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["redis"]) == (200, False)
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0)
    assert Client().get("/readyz").status_code == 503


def test_a_process_that_never_worked_is_not_ready(full_redis: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_worked_at", {})
    assert Client().get("/readyz").status_code == 503


def test_a_process_that_hears_nothing_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.live.hub.seconds_disconnected", lambda: 5.0)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["live"]) == (200, False)
