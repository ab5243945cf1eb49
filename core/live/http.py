"""The HTTP carriers of the live protocol (command, stream and poll), for clients that cannot hold a socket."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse

from core.errors import TooMany
from core.live import connections, frames
from core.live.commands import BadFrame, Frame, error, execute, read, valid_cursors
from core.live.connections import Connection, HelloRefused, LiveClient
from core.live.websocket import COMMANDS, cost_of
from core.tenancy.scope import tenant_scope
from core.web.routes import refusal_response

LONGEST_WAIT = 25.0
FRAMES_AHEAD = 100  # of a stream; more wait in its connection's backlog
STREAM_SECONDS = 600.0  # then the client reconnects; proxies and laptops lose longer ones silently


async def command(request: HttpRequest, client: LiveClient) -> HttpResponseBase:
    """One command in the body, as over a socket; the answer's frame with its status."""
    try:
        frame = read(request.body)
    except BadFrame as bad:
        answer = error(bad.code, client.language)
    else:
        hurried = not COMMANDS.allows(client.key, cost_of(frame))
        answer = error("rate_limited", client.language) if hurried else await execute(client, frame)
    if answer.frame is None:
        return HttpResponse(status=answer.status)
    return JsonResponse(answer.frame, status=answer.status)


async def stream(request: HttpRequest, client: LiveClient) -> HttpResponseBase:
    """Frames as server-sent events, from the cursors in the body on."""
    try:
        after = valid_cursors(read(request.body).get("after"))
        connections.CONNECTIONS.check(client.key)
    except BadFrame as bad:
        return _unread(client, bad)
    except TooMany as refusal:
        return refusal_response(refusal)
    response = StreamingHttpResponse(_events(client, after), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def _events(client: LiveClient, after: dict[str, int]) -> AsyncIterator[str]:
    queue: asyncio.Queue[str | None] = asyncio.Queue(FRAMES_AHEAD)

    def cut(_code: int) -> None:
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)

    connection = Connection(client, queue.put, cut)
    try:
        async with asyncio.timeout(STREAM_SECONDS):
            with tenant_scope(client.tenant_id):  # the middleware's scope ended with the head of the response
                await connections.connect(connection, after)
            while (text := await queue.get()) is not None:
                yield f"data: {text}\n\n"
    except (TimeoutError, TooMany, HelloRefused):
        return
    finally:
        await connections.disconnect(connection)


def _unread(client: LiveClient, bad: BadFrame) -> JsonResponse:
    answer = error(bad.code, client.language)
    return JsonResponse(answer.frame, status=answer.status)


async def poll(request: HttpRequest, client: LiveClient) -> HttpResponseBase:
    """The digest and what came after the cursors; if that is nothing new, waits up to `wait` seconds for a frame."""
    try:
        asked = read(request.body)
        after, wait = valid_cursors(asked.get("after")), _wait(asked)
    except BadFrame as bad:
        return _unread(client, bad)
    queue: asyncio.Queue[str] = asyncio.Queue()
    connection = Connection(client, queue.put, lambda _code: None)
    try:
        await connection.join()
        digest = (await type(client).digests(client.tenant_id, [client]))[0]
        if digest is None:
            return _signed_out()
        stamp = fingerprint_of(digest)
        texts = [frames.encode(frame) for frame in (digest | {"stamp": stamp}, *(await client.ready(after))[1:])]
        connection.open([])
        if len(texts) == 1 and wait and asked.get("stamp", stamp) == stamp:
            texts += await _first(queue, wait)
        while not queue.empty():
            texts.append(queue.get_nowait())
    except HelloRefused:
        return _signed_out()
    except TooMany as refusal:
        return refusal_response(refusal)
    finally:
        await connections.disconnect(connection)
    response = HttpResponse('{"frames":[' + ",".join(texts) + "]}", content_type="application/json")
    # What a visitor writes makes this answer come, and stands in it beside others' words: their length tells nothing.
    response.headers["Cache-Control"] = "no-store, no-transform"
    return response


def _signed_out() -> JsonResponse:
    return JsonResponse({"t": "error", "code": "signed_out", "text": ""}, status=401)


def fingerprint_of(digest: Frame) -> str:
    """A digest in short. One that differs from the client's last is answered at once: not every change has a frame to
    replay (receipts)."""
    stable = {key: value for key, value in digest.items() if key != "now"}
    return hashlib.blake2s(orjson.dumps(stable, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


async def _first(queue: "asyncio.Queue[str]", wait: float) -> list[str]:
    with suppress(TimeoutError):
        return [await asyncio.wait_for(queue.get(), wait)]
    return []


def _wait(asked: dict[str, Any]) -> float:
    wait = asked.get("wait", 0)
    if not isinstance(wait, int | float):
        raise BadFrame("bad_frame")
    return min(max(float(wait), 0.0), LONGEST_WAIT)
