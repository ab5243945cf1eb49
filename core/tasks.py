"""Background tasks and sweeps.

A task takes a tenant's id, enters its scope and calls one action, which must be safe to run twice. A sweep is run by
the clock: it finds, across tenants, those with something due, and enqueues a task for each, so that one tenant's
failure does not affect the others.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import redis
from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from core import breaker, uptime
from core.tenancy.scope import tenant_scope, unscoped

log = logging.getLogger(__name__)
# The mark expires by Redis' clock alone; the task's expiry is in wall time, which differs between machines.
MARK_SECONDS, EXPIRES_SECONDS = 60, 600
AT_MOST = 500  # rows of one tenant per round of a sweep; the next round takes the rest
T = TypeVar("T")
Action = Callable[..., Any]
Due = Callable[[], Iterable[int]]


@dataclass(frozen=True)
class Sweep:
    """Every `seconds`, `task` is enqueued for each tenant id that `due()` yields."""

    name: str
    seconds: float
    due: Due
    task: Any


def tenant_task(action: Action) -> Any:
    """Makes a Celery task of an action without arguments; its argument is the id of the tenant whose scope it
    runs in."""

    name = f"{action.__module__}.{action.__name__}"

    @shared_task(name=name, acks_late=True)
    @wraps(action)
    def in_scope(tenant_id: int) -> None:
        _begins(name, tenant_id)
        with tenant_scope(tenant_id):
            action()

    return in_scope


def enqueue(task: Any, tenant_id: int) -> None:
    """Queues a tenant's task after commit (at once outside a transaction), unless it is queued already.

    Where Redis is away this only logs: the next sweep enqueues it again. A task older than `EXPIRES_SECONDS` is
    dropped.
    """

    def send() -> None:
        try:
            if _may_queue(task, tenant_id):
                with breaker.breaker().guard():
                    task.apply_async((tenant_id,), ignore_result=True, expires=EXPIRES_SECONDS, retry=False)
        except (redis.RedisError, OperationalError):
            log.warning("could not enqueue %s", task.name, exc_info=True)

    transaction.on_commit(send)


# The mark holds only while the queue is not empty: one whose task was lost (Redis hung in between, a worker was killed)
# must not keep others out.
MAY_QUEUE = """
if redis.call('LLEN', KEYS[2]) == 0 then redis.call('DEL', KEYS[1]) end
return redis.call('SET', KEYS[1], 1, 'NX', 'EX', ARGV[1]) and 1 or 0
"""


def _may_queue(task: Any, tenant_id: int) -> bool:
    """Marks the task as queued; False where it is marked already. The mark goes when the task begins, or by its
    expiry."""
    queue = task.app.conf.task_default_queue
    return bool(breaker.client().eval(MAY_QUEUE, 2, _mark(task.name, tenant_id), queue, str(MARK_SECONDS)))


def _begins(name: str, tenant_id: int) -> None:
    """Removes the mark first: what comes due while the task runs needs another run."""
    try:
        breaker.client().delete(_mark(name, tenant_id))
    except redis.RedisError:
        log.warning("the mark of %s stays until it expires", name, exc_info=True)


def forget_marks() -> None:
    """Removes all marks, when a worker starts: tasks that its predecessor took and did not begin may be queued
    again."""
    try:
        for marks in (_mark("*", "*"), _round("*")):
            for mark in breaker.client().scan_iter(marks):
                breaker.client().delete(mark)
    except redis.RedisError:
        log.warning("the marks of what is queued stay until they expire", exc_info=True)


def _mark(name: str, tenant_id: int | str) -> str:
    return f"kefu:rung:{name}:{tenant_id}"


def _round(name: str) -> str:
    return f"kefu:round:{name}"


def for_each_row(rows: Iterable[T], act: Callable[[T], object]) -> None:
    """Calls `act` with each row; one that raises is logged and does not keep the others from their call."""
    for row in rows:
        try:
            act(row)
        except Exception:
            log.exception("a sweep could not do %s for %s", getattr(act, "__name__", act), row)


def is_due(found: Sweep) -> bool:
    """Whether a round of the sweep may begin, by Redis' clock; marks it as begun.

    False where one began less than half an interval ago: rounds that piled up waiting for a worker collapse into one.
    Raises where Redis is away.
    """
    half = round(found.seconds * 1000 / 2)
    return bool(breaker.client().set(_round(found.name), 1, nx=True, px=half))


def sweep(found: Sweep) -> int:
    """Enqueues the sweep's task for each tenant with something due; returns the number of tenants."""
    uptime.record_round()
    with unscoped(reason="a sweep asks which tenants have something due"):
        tenants = list(found.due())
    for tenant_id in tenants:
        enqueue(found.task, tenant_id)
    return len(tenants)
