"""PostgreSQL for the event loop: connections of the live path (`core/statements/live.py`).

They are in autocommit and pooled per event loop. The pool remembers the tenant that is set on a connection, so a
statement costs one round trip unless the tenant changed.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import connection as django_connection
from psycopg import AsyncRawCursor
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

Connection = psycopg.AsyncConnection[DictRow]
MAX_CONNECTIONS = 6  # of each event loop


class CancellableQueue:
    """The maintenance queue of a pool, for a worker that may have been cancelled."""

    def __init__(self, queue: Any) -> None:
        self.queue = queue

    async def get(self) -> Any:
        """The next piece of work. Raises `CancelledError` where the worker's task was cancelled before."""
        worker = asyncio.current_task()
        if worker is not None and worker.cancelling():
            raise asyncio.CancelledError
        return await self.queue.get()


class Pool(AsyncConnectionPool[Connection]):
    """A pool whose workers end when they are cancelled.

    Those of psycopg_pool take a cancellation during their work for a failure of that work and go on; an event loop that
    ends while a connection is being made would wait for them for ever.
    """

    @classmethod
    async def worker(cls, q: Any) -> None:
        """Does maintenance until it is stopped or cancelled."""
        await super().worker(CancellableQueue(q))  # type: ignore[arg-type]


_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, Pool] = WeakKeyDictionary()
_tenant_of: WeakKeyDictionary[Connection, int] = WeakKeyDictionary()


async def pool() -> Pool:
    """The pool of the running event loop, opened on first use."""
    loop = asyncio.get_running_loop()
    found = _pools.get(loop)
    if found is None:
        found = _pools[loop] = Pool(
            kwargs={
                **_parameters(),
                "autocommit": True,
                "row_factory": dict_row,
                "cursor_factory": AsyncRawCursor,
                "prepare_threshold": None,  # core/statements/prepared.py
            },
            min_size=1,
            max_size=MAX_CONNECTIONS,
            open=False,
            configure=_configure,
        )
        await found.open()
    return found


# The live path's statements find everything by key. Their plans are made when tables may still be empty and must not
# become scans of a whole tenant later; and planning each time takes longer than running.
PLANS = """
set plan_cache_mode = force_generic_plan;
set enable_hashjoin = off;
set enable_mergejoin = off;
set enable_seqscan = off;
set enable_bitmapscan = off;
set jit = off
"""


async def _configure(connection: Connection) -> None:
    await connection.execute(PLANS)


async def close() -> None:
    """Closes the pool of the running event loop (tests and a clean shutdown)."""
    found = _pools.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()


def _parameters() -> dict[str, Any]:
    """Django's own connection parameters, so that tests use the test database here too."""
    own = django_connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {key: own[name] for key, name in names.items() if own[name]}


@asynccontextmanager
async def tenant_connection(tenant_id: int) -> AsyncIterator[Connection]:
    """A pooled connection in the tenant's scope (row-level security)."""
    async with (await pool()).connection() as connection:
        if _tenant_of.get(connection) != tenant_id:
            _tenant_of.pop(connection, None)  # cancelled during the statement, its tenant would be unknown
            await connection.execute(
                "select set_config('kefu.tenant', $1, false), set_config('kefu.unscoped', 'off', false)",
                [str(tenant_id)],
            )
            _tenant_of[connection] = tenant_id
        yield connection
