"""The pool of an event loop ends with it, whatever it is doing."""

import asyncio

from core.tenancy.pool import Connection, Pool, _parameters
from tests.cast import Cast

PATIENCE = 10.0  # seconds


async def ended_while_connecting() -> set[asyncio.Task[None]]:
    """Cancels all tasks of a loop whose pool makes its first connection, as a loop that ends does; those that go on."""
    connecting = asyncio.Event()

    async def never_ready(_connection: Connection) -> None:
        connecting.set()
        await asyncio.Event().wait()

    pool = Pool(kwargs={**_parameters(), "autocommit": True}, min_size=1, open=False, configure=never_ready)
    await pool.open()
    await connecting.wait()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    _done, going_on = await asyncio.wait(tasks, timeout=PATIENCE)
    await pool.close(timeout=0)
    return going_on


def test_a_loop_that_ends_while_a_connection_is_made_does_not_wait_for_it(cast: Cast) -> None:
    assert asyncio.run(ended_while_connecting()) == set()
