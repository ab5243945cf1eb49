"""Django's PostgreSQL backend that sets the tenant scope on the server before each statement.

Row-level security reads `kefu.tenant` and `kefu.unscoped`. Connections move between threads, tasks and tenants, so
before each statement the wrapper compares the caller's scope with the one last set; a change costs one round trip.
"""

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus
from psycopg.types.datetime import TimestamptzLoader

from core.tenancy.postgres.hooks import in_order
from core.tenancy.scope import Scope, current_scope

# Connections with `statement_timeout` set already; pooled ones come again.
_bounded: WeakSet[Any] = WeakSet()
# The scope last set on the session of each connection that is in the pool.
_scope_of: WeakKeyDictionary[Any, Scope] = WeakKeyDictionary()


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper plus the scope; `_scope_set` is the scope last set on the server-side session."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._scope_set: Scope | None = None
        self.execute_wrappers.append(self._in_scope)

    def get_connection_params(self) -> dict[str, Any]:
        """Django's, except that psycopg reads times itself, twenty times as fast as by Django's loader, which puts them
        into a connection's time zone: ours are all in UTC."""
        params: dict[str, Any] = super().get_connection_params()
        params["context"].register_loader("timestamptz", TimestamptzLoader)
        return params

    def create_cursor(self, name: str | None = None) -> Any:
        """Django's, which asks the loader of times for its time zone."""
        if name is None:
            return self.connection.cursor()
        return self.connection.cursor(name, scrollable=False, withhold=self.connection.autocommit)

    def _in_scope(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        self.enter_scope()
        return execute(sql, params, many, context)

    def enter_scope(self) -> None:
        """Sets the caller's scope on the server, for statements that go past Django's cursors."""
        scope = current_scope()
        if scope != self._scope_set:
            self._set_scope(scope)

    def _set_scope(self, scope: Scope) -> None:
        self._scope_set = None  # unknown until the statement succeeded
        with self.connection.cursor() as cursor:
            cursor.execute(
                "select set_config('kefu.tenant', %s, false), set_config('kefu.unscoped', %s, false)",
                [str(scope.tenant_id or ""), "on" if scope.unscoped else "off"],
            )
        self._scope_set = scope

    def init_connection_state(self) -> None:
        """Django's; the scope of a new session is unknown."""
        self._scope_set = _scope_of.pop(self.connection, None)
        super().init_connection_state()

    def _close(self) -> None:
        # In a transaction the pool would roll back, and `set_config` with it.
        if self._scope_set is not None and self.connection.info.transaction_status == TransactionStatus.IDLE:
            _scope_of[self.connection] = self._scope_set
        super()._close()  # type: ignore[misc]

    def _configure_connection(self, connection: Any) -> bool:
        """Sets `statement_timeout` to `STATEMENT_SECONDS`, once per pooled connection; True: the caller commits.

        A statement, because a pooler in between accepts no options while connecting.
        """
        seconds = int(self.settings_dict.get("STATEMENT_SECONDS", 0))
        bound = seconds > 0 and connection not in _bounded
        if bound:
            connection.execute(f"set statement_timeout = '{seconds}s'")
            _bounded.add(connection)
        return bool(super()._configure_connection(connection)) or bound  # type: ignore[misc]

    def run_and_clear_commit_hooks(self) -> None:
        """Django's order, except that items of `Together` go out in one call, and `RunLast` hooks come after all
        others."""
        self.run_on_commit = in_order(self.run_on_commit)
        super().run_and_clear_commit_hooks()

    def _rollback(self) -> None:
        # A rolled-back transaction takes `set_config` back with it.
        self._scope_set = None
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self._scope_set = None
        super()._savepoint_rollback(sid)  # type: ignore[misc]
