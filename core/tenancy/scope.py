"""The tenant scope of the running code: a context variable and the functions that set it. Pure.

Queries without a scope raise. Four places enter one: the HTTP middleware, the socket base, `@tenant_task` and the
command mixin. `unscoped(reason=…)` is for the few that look across tenants (sign-in, sweeps); search for it to read
them all. PostgreSQL enforces the same scope a second time (`core/tenancy/tables.py`, `core/tenancy/postgres/`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Scope(NamedTuple):
    """What a connection may see: one tenant, all tenants (`unscoped`), or neither."""

    tenant_id: int | None = None
    unscoped: bool = False


NO_SCOPE = Scope()
_scope: ContextVar[Scope] = ContextVar("kefu_scope", default=NO_SCOPE)


class NoTenant(RuntimeError):
    """A tenant's table was queried without a scope: a programming error."""


def current_scope() -> Scope:
    """The scope of the running thread or task."""
    return _scope.get()


def current_tenant_id() -> int:
    """The tenant's id; raises `NoTenant` without a scope and in an unscoped block."""
    tenant_id = _scope.get().tenant_id
    if tenant_id is None:
        raise NoTenant("this code needs a tenant scope")
    return tenant_id


@contextmanager
def tenant_scope(tenant_id: int) -> Iterator[None]:
    """The block runs in the tenant's scope; nests, and the outer scope returns afterwards."""
    token = _scope.set(Scope(tenant_id=tenant_id))
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def unscoped(*, reason: str) -> Iterator[None]:
    """The block sees all tenants. `reason` documents why, and must not be empty."""
    if not reason:
        raise ValueError("unscoped needs a reason")
    token = _scope.set(Scope(unscoped=True))
    try:
        yield
    finally:
        _scope.reset(token)


def enter_scope(tenant_id: int) -> None:
    """Sets the scope for the rest of this asyncio task (a socket's life), whose context ends with it."""
    _scope.set(Scope(tenant_id=tenant_id))
