"""Pages and endpoints whose view is synchronous, each answered on one thread.

Django's handler goes to a thread and comes back for each synchronous middleware, signal and view, a dozen times for a
page, and makes another thread for each request. Asynchronous views, which may last for minutes, stay with it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from inspect import iscoroutinefunction
from itertools import islice
from typing import Any

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.core.signals import request_started
from django.http import FileResponse, HttpResponseBase
from django.urls import Resolver404, resolve, set_script_prefix

from core.tenancy.threads import connections_given_back

PARTS_AT_ONCE = 4  # of a file, 64 KiB each
# As many as connections in the pool (kefu/settings.py): what more threads began would wait for one of those.
_threads = ThreadPoolExecutor(max_workers=12, thread_name_prefix="page")


class PagesHandler(ASGIHandler):
    """Django's handler with one thread for all of a request whose view is synchronous."""

    def __init__(self) -> None:
        super().__init__()
        self.synchronous = BaseHandler()
        self.synchronous.load_middleware()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers one request; that of a synchronous view whether or not the client is still there."""
        if _is_asynchronous(scope["path"]):
            await super().__call__(scope, receive, send)
            return
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        answering = partial(copy_context().run, self._answer, scope, body)
        response = await asyncio.get_running_loop().run_in_executor(_threads, answering)
        try:
            await self.send_response(response, send)
        finally:
            if not response.closed:
                await asyncio.to_thread(response.close)

    def _answer(self, scope: Any, body: Any) -> Any:
        """The response, which holds no connection; closed, unless it is made while it is sent."""
        set_script_prefix(get_script_prefix(scope))
        with body, connections_given_back():
            request_started.send(sender=type(self), scope=scope)
            request, refused = self.create_request(scope, body)
            response: Any = refused or self._response_to(request)
            if response.streaming and (response.is_async or not _read_whole(response)):
                return response
            response.close()
        return response

    def _response_to(self, request: Any) -> HttpResponseBase:
        response = self.synchronous.get_response(request)
        response._handler_class = type(self)  # type: ignore[attr-defined]
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        return response


def _read_whole(response: Any) -> bool:
    """Reads the beginning of a file, which Django would read from end to end on another thread; the rest is read while
    it is sent. Whether there is none."""
    parts = iter(response.streaming_content)
    first = list(islice(parts, PARTS_AT_ONCE))
    is_whole = len(first) < PARTS_AT_ONCE
    response.streaming_content = _in_turn(first, iter(()) if is_whole else parts)
    return is_whole


async def _in_turn(first: Sequence[bytes], rest: Iterator[bytes]) -> AsyncIterator[bytes]:
    for part in first:
        yield part
    if len(first) == PARTS_AT_ONCE:
        while part := await asyncio.get_running_loop().run_in_executor(_threads, next, rest, b""):
            yield part


def _is_asynchronous(path: str) -> bool:
    try:
        return iscoroutinefunction(resolve(path).func)
    except Resolver404:
        return False
