"""Running synchronous actions from the event loop.

A thread pool of its own instead of asgiref's single "thread-sensitive" thread: sockets have no request around them, so
all of them would queue for one thread. Each call returns its database connection to the pool.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")
_threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="action")


@contextmanager
def connections_given_back() -> Iterator[None]:
    """For what a thread of ours does: no connection of before, and none kept."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


async def in_thread(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Awaits `call(*args, **kwargs)` on a thread, with the caller's tenant scope and language."""

    def run() -> R:
        with connections_given_back():
            return call(*args, **kwargs)

    return await asyncio.get_running_loop().run_in_executor(_threads, copy_context().run, run)


def on_thread(call: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """The same as a coroutine function: `in_thread` for each call."""

    async def called(*args: P.args, **kwargs: P.kwargs) -> R:
        return await in_thread(call, *args, **kwargs)

    return called
