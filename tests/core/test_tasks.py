"""Tasks are rung, not piled up."""

from typing import Any

import orjson
import pytest
import redis
from django.conf import settings

from core.tasks import EXPIRES_SECONDS, MARK_SECONDS, enqueue
from core.uptime import LAST_ROUND
from kefu.celery import app, begin_afresh, run_sweep
from routing.dispatch.sweeps import dispatch_waiting
from tests.cast import Cast

QUEUE = "celery"


@pytest.fixture
def queued(cast: Cast) -> Any:
    """The tasks that wait for a worker; nobody works here."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield lambda: [orjson.loads(each) for each in client.lrange(QUEUE, 0, -1)]


def test_a_task_that_waits_already_is_not_rung_again(cast: Cast, queued: Any) -> None:
    for _ in range(30):
        enqueue(dispatch_waiting, cast.shop.tenant.pk)
        enqueue(dispatch_waiting, cast.other.tenant.pk)
    assert len(queued()) == 2
    assert all(task["headers"]["expires"] for task in queued())


def test_once_it_began_the_next_ring_counts(cast: Cast, queued: Any) -> None:
    enqueue(dispatch_waiting, cast.shop.tenant.pk)
    dispatch_waiting(cast.shop.tenant.pk)
    enqueue(dispatch_waiting, cast.shop.tenant.pk)
    assert len(queued()) == 2


def test_the_mark_goes_with_the_task_that_nobody_took(cast: Cast, queued: Any) -> None:
    enqueue(dispatch_waiting, cast.shop.tenant.pk)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        marks = list(client.scan_iter("kefu:rung:*"))
        assert [0 < client.ttl(mark) <= MARK_SECONDS for mark in marks] == [True]


def test_a_worker_that_begins_lets_everything_be_rung_again(cast: Cast, queued: Any) -> None:
    enqueue(dispatch_waiting, cast.shop.tenant.pk)  # taken by a worker that dies before it begins
    begin_afresh()
    enqueue(dispatch_waiting, cast.shop.tenant.pk)
    assert len(queued()) == 2


def test_rounds_of_a_sweep_that_waited_for_a_worker_become_one(cast: Cast) -> None:
    run_sweep("agents' grace")
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        assert client.delete(LAST_ROUND) == 1
        for _ in range(3):
            run_sweep("agents' grace")
        assert client.get(LAST_ROUND) is None
        run_sweep("left agents")  # each has rounds of its own
        assert client.get(LAST_ROUND)
        assert 0 < client.pttl("kefu:round:agents' grace") <= 2500


def test_a_clock_that_is_minutes_off_loses_no_sweep_and_no_task(cast: Cast, queued: Any) -> None:
    """What is queued says its end in wall time, and machines differ."""
    app.finalize()
    assert {entry["options"]["expires"] for entry in app.conf.beat_schedule.values()} <= {EXPIRES_SECONDS}
    assert EXPIRES_SECONDS >= 600


def test_the_broker_of_the_tests_is_theirs() -> None:
    assert app.conf.broker_url == settings.CELERY_BROKER_URL
