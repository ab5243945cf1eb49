"""Several at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import TypeVar

from django.db import connections

from core.tenancy.scope import current_scope, tenant_scope, unscoped

R = TypeVar("R")


def at_once(*calls: Callable[[], R]) -> list[R | Exception]:
    """Run the calls in threads of their own, all at the same time, each with its own connection and today's scope."""
    scope = current_scope()

    def run(call: Callable[[], R]) -> R | Exception:
        try:
            with scoped(scope.tenant_id):
                return call()
        except Exception as error:  # noqa: BLE001 – the test judges what came
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(calls)) as threads:
        return list(threads.map(run, calls))


def scoped(tenant_id: int | None) -> AbstractContextManager[None]:
    """A tenant's scope, or the one that sees everything."""
    return tenant_scope(tenant_id) if tenant_id is not None else unscoped(reason="the test looks from above")
