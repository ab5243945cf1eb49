"""The WebSocket carrier, and the socket door into a tenant's scope."""

import asyncio
import logging
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer

from core import live, parties
from core.commands import BadFrame, Frame, error_frame, execute, read
from core.parties import Line, LiveParty
from core.scope import enter_scope
from core.tenancy import PUBLIC_ID

log = logging.getLogger(__name__)
SUBPROTOCOL = "kefu.v1"
HELLO_SECONDS = 10.0
MOST_CURSORS = 600
FETCH_COST = 20.0  # an answer may be large: ten questions a second
NAME = re.compile(PUBLIC_ID)
BURST, PER_SECOND = 400.0, 200.0


class Unwelcome(Exception):
    """`hello` was not good enough; `code` closes the socket."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class LiveSocket(AsyncConsumer, ABC):  # type: ignore[misc]
    """A socket of the live protocol. Subclasses say who is there (`greet`).

    Channels' own dispatch hops to a thread before each message to tidy database connections that this path does not
    use; that hop costs a third of an echo (docs/decisions/0005), so `dispatch` here has none.
    """

    channel_layer_alias: ClassVar[str] = ""

    line: Line | None = None
    tokens: float = BURST
    counted_at: float = 0.0
    hello_timer: asyncio.TimerHandle | None = None
    closed: bool = False
    closing: "asyncio.Future[None] | None" = None

    @abstractmethod
    async def greet(self, hello: Frame) -> LiveParty:
        """Who says hello; raises `Unwelcome`."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection; there is no channel layer, so this is Channels' loop without it."""
        self.scope = scope
        self.base_send = send
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:
            await self._gone()

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """Act on an ASGI message."""
        kind = message["type"]
        if kind == "websocket.receive":
            await self._receive(message.get("text") or message.get("bytes") or "")
        elif kind == "websocket.connect":
            await self._connect()
        elif kind == "websocket.disconnect":
            raise StopConsumer

    async def _connect(self) -> None:
        if not same_origin(self.scope):
            await self.base_send({"type": "websocket.close", "code": 4403})
            return
        offered = self.scope.get("subprotocols") or []
        await self.base_send(
            {"type": "websocket.accept", "subprotocol": SUBPROTOCOL if SUBPROTOCOL in offered else None}
        )
        self.counted_at = time.monotonic()
        self.hello_timer = asyncio.get_running_loop().call_later(HELLO_SECONDS, self._cut, 4408)

    async def _receive(self, raw: str | bytes) -> None:
        if self.closed:
            return
        if not self._may_send():
            await self._too_many()
            return
        try:
            frame = read(raw)
        except BadFrame as bad:
            await self._tell(error_frame(bad.code))
            if bad.code == "frame_too_large":
                await self._close(4413)
            return
        if self.line is None:
            await self._hello(frame)
            return
        if frame.get("t") == "events.fetch" and not self._may_send(FETCH_COST):
            await self._too_many()
            return
        answer = await execute(self.line.party, frame)
        if answer is not None:
            await self._tell(answer)

    async def _too_many(self) -> None:
        await self._tell(error_frame("rate_limited"))
        await self._close(4429)

    def _may_send(self, cost: float = 1.0) -> bool:
        """A bucket of 400 frames, refilled by 200 a second."""
        now = time.monotonic()
        self.tokens = min(BURST, self.tokens + (now - self.counted_at) * PER_SECOND)
        self.counted_at = now
        if self.tokens < cost:
            return False
        self.tokens -= cost
        return True

    async def _hello(self, frame: Frame) -> None:
        try:
            after = cursors(frame)
            party = await self.greet(frame)
        except BadFrame as bad:
            await self._tell(error_frame(bad.code))
            return
        except Unwelcome as unwelcome:
            await self._close(unwelcome.code)
            return
        if self.hello_timer is not None:
            self.hello_timer.cancel()
        enter_scope(party.tenant_id)
        self.line = Line(party, self._send_text, self._cut)
        await parties.connect(self.line, after)

    async def _send_text(self, text: str) -> None:
        if not self.closed:
            await self.base_send({"type": "websocket.send", "text": text})

    async def _tell(self, frame: Frame) -> None:
        await self._send_text(live.encode(frame))

    async def _close(self, code: int) -> None:
        if not self.closed:
            self.closed = True
            await self.base_send({"type": "websocket.close", "code": code})

    def _cut(self, code: int) -> None:
        self.closing = asyncio.ensure_future(self._close(code))

    async def _gone(self) -> None:
        self.closed = True
        if self.hello_timer is not None:
            self.hello_timer.cancel()
        if self.line is not None:
            await parties.disconnect(self.line)


def cursors(frame: Frame) -> dict[str, int]:
    """The `after` of a hello, stream or poll; at most 600 conversations."""
    after = frame.get("after", {})
    if not isinstance(after, dict) or len(after) > MOST_CURSORS:
        raise BadFrame("bad_frame")
    if not all(NAME.fullmatch(key) and type(value) is int for key, value in after.items()):
        raise BadFrame("bad_frame")
    return after


def same_origin(scope: Mapping[str, Any]) -> bool:
    """Whether the page that opens the socket came from this very host (browsers always say)."""
    headers = {key: value.decode("latin-1") for key, value in scope["headers"] if key in (b"origin", b"host")}
    return bool(headers.get(b"origin")) and urlsplit(headers[b"origin"]).netloc == headers.get(b"host")


async def turn_away(scope: Any, receive: Any, send: Any) -> None:
    """Refuse the handshake of an address where no socket is."""
    await send({"type": "websocket.close", "code": 4404})
