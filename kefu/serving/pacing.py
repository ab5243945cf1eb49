"""A `send` that waits for the client to read, as ASGI means it.

Daphne's never waits: what a client does not read grows in the memory of this process, and the bounds of the live path
(`core/live/connections.py`) count nothing. Other servers wait by themselves, and are left alone.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from channels.routing import ProtocolTypeRouter

from core.live.commands import LARGEST_FRAME

Send = Callable[[Any], Awaitable[None]]
HIGH_WATER = 256 * 1024  # bytes that may wait for one client before its sender does
LONGEST_SILENCE = 10.0  # seconds in which a client that owes us so much reads nothing; then it is cut
PAUSE = 0.02


class Paced(ProtocolTypeRouter):  # type: ignore[misc]
    """Channels' router, whose applications wait for their clients."""

    async def __call__(self, scope: Any, receive: Any, send: Send) -> Any:
        return await super().__call__(scope, receive, paced(send))


def paced(send: Send) -> Send:
    """The same `send`, which returns when there is room for more."""
    protocol: Any = next(iter(getattr(send, "args", ())), None)  # Daphne binds it to the connection's protocol
    if not hasattr(protocol, "handle_reply"):
        return send
    if hasattr(protocol, "maxMessagePayloadSize"):
        # A larger frame is refused before all of it is in memory; the margin is for our own, kinder refusal.
        protocol.maxMessagePayloadSize = 4 * LARGEST_FRAME

    async def send_and_wait(message: Any) -> None:
        await send(message)
        transport = transport_of(protocol)
        if unread(transport) > HIGH_WATER:
            await _drained(transport, reads=not hasattr(protocol, "channel"))

    return send_and_wait


def transport_of(protocol: Any) -> Any:
    """Twisted's transport of a socket, or of the channel that carries a request."""
    return getattr(getattr(protocol, "channel", None) or protocol, "transport", None)


def unread(transport: Any) -> int:
    """Bytes that the client has not taken yet; Twisted says so in no public way."""
    waiting = getattr(transport, "dataBuffer", b"")
    return len(waiting) - getattr(transport, "offset", 0) + getattr(transport, "_tempDataLen", 0)


async def _drained(transport: Any, *, reads: bool) -> None:
    """Until there is room; meanwhile nobody listens to a socket whose client does not."""
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
