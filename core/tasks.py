"""Tasks are doorbells: ids in, the tenant's scope entered, one action called, safe to run twice.

A sweep is a task of the clock. It looks across tenants only for *which* of them have something due, and rings one
task for each; a tenant whose sweep fails hurts no other.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, TypeVar

import redis
from celery import shared_task
from django.conf import settings
from django.db import transaction

from core import uptime
from core.scope import tenant_scope, unscoped

log = logging.getLogger(__name__)
EXPIRES = 60  # seconds
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


def ring(task: Any, tenant_id: int) -> None:
    """Queue a tenant's task after commit, outside a transaction at once; not where one is queued already.

    One that has waited for `EXPIRES` is dropped: who rings next finds what is due then.
    """

    def send() -> None:
        if _may_queue(task.name, tenant_id):
            task.apply_async((tenant_id,), ignore_result=True, expires=EXPIRES)

    transaction.on_commit(send)


def _may_queue(name: str, tenant_id: int) -> bool:
    """Leave the mark that it is queued; False where there is one. It goes when the task begins, or expires with it."""
    try:
        return bool(_redis().set(_mark(name, tenant_id), 1, nx=True, ex=EXPIRES))
    except redis.RedisError:
        log.warning("nobody knows whether %s is queued", name, exc_info=True)
        return True


def _begins(name: str, tenant_id: int) -> None:
    """What comes due from now on needs another ring."""
    try:
        _redis().delete(_mark(name, tenant_id))
    except redis.RedisError:
        log.warning("the mark of %s stays until it expires", name, exc_info=True)


def forget_marks() -> None:
    """A worker begins: what its predecessor took and did not begin is rung again, perhaps once too often."""
    try:
        for mark in _redis().scan_iter(_mark("*", "*")):
            _redis().delete(mark)
    except redis.RedisError:
        log.warning("the marks of what is queued stay until they expire", exc_info=True)


def _mark(name: str, tenant_id: int | str) -> str:
    return f"kefu:rung:{name}:{tenant_id}"


@cache
def _redis() -> "redis.Redis":
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def each(rows: Iterable[T], act: Callable[[T], object]) -> None:
    """Act on each row of a sweep; one that fails is logged, and holds up no other."""
    for row in rows:
        try:
            act(row)
        except Exception:
            log.exception("a sweep could not do %s for %s", getattr(act, "__name__", act), row)


def sweep(found: Sweep) -> int:
    """Ring the sweep's task for each tenant with something due; returns how many."""
    uptime.note_round()
    with unscoped(reason="a sweep asks which tenants have something due"):
        tenants = list(found.due())
    for tenant_id in tenants:
        ring(found.task, tenant_id)
    return len(tenants)
