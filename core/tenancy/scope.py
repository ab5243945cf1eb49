"""Which tenant the running code works for. Pure: a context variable and the doors that set it.

Queries without a scope raise. Four doors enter one: the HTTP middleware, the socket base, `@tenant_task` and the
command mixin. `unscoped(reason=…)` is for the few places that look across tenants (sign-in, sweeps); search for it to
read them all. PostgreSQL enforces the same scope a second time (`core/tenancy/tables.py`, `core/tenancy/postgres/`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Scope(NamedTuple):
    """What a connection may see: one tenant, everything, or (neither) nothing."""

    tenant_id: int | None = None
    unscoped: bool = False


NOTHING = Scope()
_scope: ContextVar[Scope] = ContextVar("kefu_scope", default=NOTHING)


class NoTenant(RuntimeError):
    """A tenant's table was asked for outside every scope: a programming error, never a user's."""


def current_scope() -> Scope:
    """The scope of the running thread or task."""
    return _scope.get()


def current_tenant_id() -> int:
    """The tenant in whose scope we are; raises `NoTenant` outside and in an unscoped block."""
    tenant_id = _scope.get().tenant_id
    if tenant_id is None:
        raise NoTenant("this code needs a tenant scope")
    return tenant_id


@contextmanager
def tenant_scope(tenant_id: int) -> Iterator[None]:
    """Work for one tenant; nests, and the outer scope returns afterwards."""
    token = _scope.set(Scope(tenant_id=tenant_id))
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def unscoped(*, reason: str) -> Iterator[None]:
    """Look across tenants. The reason is for the reader; there is no other use of it."""
    if not reason:
        raise ValueError("unscoped needs a reason")
    token = _scope.set(Scope(unscoped=True))
    try:
        yield
    finally:
        _scope.reset(token)


def enter_scope(tenant_id: int) -> None:
    """Enter a scope for the rest of this asyncio task (a socket's life): the task's context ends with it."""
    _scope.set(Scope(tenant_id=tenant_id))
