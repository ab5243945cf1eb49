"""Back-pressure for Daphne: a `send` that waits until the client reads, as ASGI requires.

Daphne's own never waits, so unread output would grow in memory past the limits of the live path
(`core/live/connections.py`). Other servers wait by themselves and are not changed.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from channels.routing import ProtocolTypeRouter

from core.live.commands import LARGEST_FRAME

Send = Callable[[Any], Awaitable[None]]
HIGH_WATER = 256 * 1024  # bytes buffered for one client from which its sender waits
LONGEST_SILENCE = 10.0  # seconds without any read by a client above HIGH_WATER, until it is disconnected
PAUSE = 0.02


class Paced(ProtocolTypeRouter):  # type: ignore[misc]
    """Channels' router with paced applications."""

    async def __call__(self, scope: Any, receive: Any, send: Send) -> Any:
        return await super().__call__(scope, receive, paced(send))


def paced(send: Send) -> Send:
    """The same `send`, which returns when at most `HIGH_WATER` is buffered."""
    protocol: Any = next(iter(getattr(send, "args", ())), None)  # Daphne binds it to the connection's protocol
    if not hasattr(protocol, "handle_reply"):
        return send
    if hasattr(protocol, "maxMessagePayloadSize"):
        # Larger frames are refused before they are in memory whole; the margin leaves room for our own refusal, which
        # has a text.
        protocol.maxMessagePayloadSize = 4 * LARGEST_FRAME

    async def send_and_wait(message: Any) -> None:
        await send(message)
        transport = transport_of(protocol)
        if unread(transport) > HIGH_WATER:
            await _drained(transport, reads=not hasattr(protocol, "channel"))

    if hasattr(protocol, "serverSend"):
        send_and_wait.at_once = partial(sent_at_once, protocol)  # type: ignore[attr-defined]
    return send_and_wait


def sent_at_once(protocol: Any, text: str) -> bool:
    """Sends a text over a socket as `send` does, but without a wait: False, and nothing is sent, where the client does
    not keep up or goes away (Daphne's `send` knows what to do with those)."""
    if protocol.state != protocol.STATE_OPEN or unread(transport_of(protocol)) > HIGH_WATER:
        return False
    protocol.serverSend(text)
    return True


def transport_of(protocol: Any) -> Any:
    """Twisted's transport of a socket, or of the channel of a request."""
    return getattr(getattr(protocol, "channel", None) or protocol, "transport", None)


def unread(transport: Any) -> int:
    """Bytes buffered for the client; Twisted has no public API for it."""
    waiting = getattr(transport, "dataBuffer", b"")
    return len(waiting) - getattr(transport, "offset", 0) + getattr(transport, "_tempDataLen", 0)


async def _drained(transport: Any, *, reads: bool) -> None:
    """Waits until there is room; pauses reading from a socket whose client does not read."""
    least, since = unread(transport), time.monotonic()
    if reads:
        transport.pauseProducing()
    try:
        while (left := unread(transport)) > HIGH_WATER and transport.connected:
            now = time.monotonic()
            if left < least:
                least, since = left, now
            elif now - since > LONGEST_SILENCE:
                transport.abortConnection()
                return
            await asyncio.sleep(PAUSE)
    finally:
        if reads and transport.connected:
            transport.resumeProducing()
