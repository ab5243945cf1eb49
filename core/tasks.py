"""Tasks are doorbells: ids in, the tenant's scope entered, one action called, safe to run twice.

A sweep is a task of the clock. It looks across tenants only for *which* of them have something due, and rings one
task for each; a tenant whose sweep fails hurts no other.
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
# Seconds. The mark goes by Redis' clock alone; the task's own end is told in wall time, and machines differ.
MARKED, EXPIRES = 60, 600
AT_MOST = 500  # rows of one tenant in one round of a sweep; the next round takes the rest
T = TypeVar("T")
Action = Callable[..., Any]
Due = Callable[[], Iterable[int]]


@dataclass(frozen=True)
class Sweep:
    """`due()` yields the tenants with something to do, `task` is rung for each, every `seconds`."""

    name: str
    seconds: float
    due: Due
    task: Any


def tenant_task(action: Action) -> Any:
    """A Celery task whose first argument is the tenant; the action runs in its scope."""

    name = f"{action.__module__}.{action.__name__}"

    @shared_task(name=name, acks_late=True)
    @wraps(action)
    def in_scope(tenant_id: int) -> None:
        _begins(name, tenant_id)
        with tenant_scope(tenant_id):
            action()

    return in_scope


def enqueue(task: Any, tenant_id: int) -> None:
    """Queue a tenant's task after commit, outside a transaction at once; not where one is queued already.

    Where Redis is away this logs: a sweep rings again. One that has waited for `EXPIRES` is dropped: who rings next
    finds what is due then.
    """

    def send() -> None:
        try:
            if _may_queue(task, tenant_id):
                with breaker.breaker().asking():
                    task.apply_async((tenant_id,), ignore_result=True, expires=EXPIRES, retry=False)
        except (redis.RedisError, OperationalError):
            log.warning("could not ring %s", task.name, exc_info=True)

    transaction.on_commit(send)


# A mark counts only while something is queued: one whose task never came (Redis hung in between, a worker was killed)
# holds up no other.
MAY_QUEUE = """
if redis.call('LLEN', KEYS[2]) == 0 then redis.call('DEL', KEYS[1]) end
return redis.call('SET', KEYS[1], 1, 'NX', 'EX', ARGV[1]) and 1 or 0
"""


def _may_queue(task: Any, tenant_id: int) -> bool:
    """Leave the mark that it is queued; False where there is one. It goes when the task begins, or by itself."""
    queue = task.app.conf.task_default_queue
    return bool(breaker.client().eval(MAY_QUEUE, 2, _mark(task.name, tenant_id), queue, str(MARKED)))


def _begins(name: str, tenant_id: int) -> None:
    """What comes due from now on needs another ring."""
    try:
        breaker.client().delete(_mark(name, tenant_id))
    except redis.RedisError:
        log.warning("the mark of %s stays until it expires", name, exc_info=True)


def forget_marks() -> None:
    """A worker begins: what its predecessor took and did not begin is rung again, perhaps once too often."""
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


def each(rows: Iterable[T], act: Callable[[T], object]) -> None:
    """Act on each row of a sweep; one that fails is logged, and holds up no other."""
    for row in rows:
        try:
            act(row)
        except Exception:
            log.exception("a sweep could not do %s for %s", getattr(act, "__name__", act), row)


def is_its_time(found: Sweep) -> bool:
    """False where a round of it began less than half its interval ago, by Redis' clock: this one waited for a worker,
    and the one before did its work. Raises where Redis is away."""
    half = round(found.seconds * 1000 / 2)
    return bool(breaker.client().set(_round(found.name), 1, nx=True, px=half))


def sweep(found: Sweep) -> int:
    """Ring the sweep's task for each tenant with something due; returns how many."""
    uptime.note_round()
    with unscoped(reason="a sweep asks which tenants have something due"):
        tenants = list(found.due())
    for tenant_id in tenants:
        enqueue(found.task, tenant_id)
    return len(tenants)
