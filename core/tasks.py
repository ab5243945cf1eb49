"""Tasks are doorbells: ids in, the tenant's scope entered, one action called, safe to run twice.

A sweep is a task of the clock. It looks across tenants only for *which* of them have something due, and rings one
task for each; a tenant whose sweep fails hurts no other.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from celery import shared_task
from django.db import transaction

from core.scope import tenant_scope, unscoped

log = logging.getLogger(__name__)
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

    @shared_task(name=f"{action.__module__}.{action.__name__}", acks_late=True)
    @wraps(action)
    def in_scope(tenant_id: int, *args: Any, **kwargs: Any) -> None:
        with tenant_scope(tenant_id):
            action(*args, **kwargs)

    return in_scope


def ring(task: Any, tenant_id: int, *args: Any) -> None:
    """Queue a tenant's task after commit; outside a transaction at once."""

    def send() -> None:
        task.apply_async((tenant_id, *args), ignore_result=True)

    transaction.on_commit(send)


def each(rows: Iterable[T], act: Callable[[T], object]) -> None:
    """Act on each row of a sweep; one that fails is logged, and holds up no other."""
    for row in rows:
        try:
            act(row)
        except Exception:
            log.exception("a sweep could not do %s for %s", getattr(act, "__name__", act), row)


def sweep(found: Sweep) -> int:
    """Ring the sweep's task for each tenant with something due; returns how many."""
    with unscoped(reason="a sweep asks which tenants have something due"):
        tenants = list(found.due())
    for tenant_id in tenants:
        ring(found.task, tenant_id)
    return len(tenants)
