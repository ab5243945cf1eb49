"""The WebSocket carrier, which enters the tenant's scope."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, ClassVar

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.translation import override

from core.errors import TooMany
from core.live import connections, frames
from core.live.commands import BadFrame, Frame, error_frame, execute, read, valid_cursors
from core.live.connections import Connection, HelloRefused, LiveClient, never_at_once
from core.tenancy.scope import enter_scope
from core.web.addresses import address_behind_proxy, network_of
from core.web.local_limits import ConcurrencyLimit, RateLimit

log = logging.getLogger(__name__)
SUBPROTOCOL = "kefu.v1"
HELLO_SECONDS = 10.0
FETCH_COST = 20.0  # tokens of `events.fetch`, whose answer may be large: ten a second
BURST, PER_SECOND = 400.0, 200.0
COMMANDS = RateLimit(BURST, PER_SECOND)  # of one visitor or agent, over all carriers
SOCKETS = ConcurrencyLimit(5000)  # from one address


class LiveSocket(AsyncConsumer, ABC):  # type: ignore[misc]
    """A socket of the live protocol; subclasses implement `greet`.

    Channels' own dispatch hops to a thread before each message to tidy database connections that this path does not
    use; that hop costs a third of an echo (docs/decisions/0005), so `dispatch` here has none.
    """

    channel_layer_alias: ClassVar[str] = ""

    connection: Connection | None = None
    hello_timer: asyncio.TimerHandle | None = None
    closed: bool = False
    closing: "asyncio.Future[None] | None" = None

    @abstractmethod
    async def greet(self, hello: Frame) -> LiveClient:
        """The client that the `hello` authenticates; raises `HelloRefused`, which the client's `ready` may do, too."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serves one connection: Channels' loop without a channel layer."""
        self.scope = scope
        self.base_send = send
        self.sent_at_once = getattr(send, "at_once", never_at_once)  # kefu/serving/pacing.py
        try:
            with SOCKETS.slot(address_of(scope)):
                while True:
                    await self.dispatch(await receive())
        except StopConsumer:
            pass
        except TooMany:
            await send({"type": "websocket.close", "code": 4429})
        finally:
            await self._gone()

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """Handles an ASGI message."""
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
        self.hello_timer = asyncio.get_running_loop().call_later(HELLO_SECONDS, self._cut, 4408)

    async def _receive(self, raw: str | bytes) -> None:
        if self.closed:
            return
        try:
            frame = read(raw)
        except BadFrame as bad:
            await self._send_error(bad.code)
            if bad.code == "frame_too_large":
                await self._close(4413)
            elif not COMMANDS.allows(self.key):
                await self._close(4429)
            return
        if not COMMANDS.allows(self.key, cost_of(frame)):
            await self._send_error("rate_limited")
            await self._close(4429)
        elif self.connection is None:
            await self._hello(frame)
        else:
            answer = await execute(self.connection.client, frame)
            if answer.frame is not None:
                await self._send_frame(answer.frame)

    async def _send_error(self, code: str) -> None:
        """In the client's language, once that is known."""
        language = nullcontext() if self.connection is None else override(self.connection.client.language)
        with language:
            frame = error_frame(code)
        await self._send_frame(frame)

    @property
    def key(self) -> object:
        """The key of the rate limit: the client's, or this very socket until `hello`."""
        return id(self) if self.connection is None else self.connection.client.key

    async def _hello(self, frame: Frame) -> None:
        try:
            client = await self.greet(frame)
        except HelloRefused as unwelcome:
            await self._close(unwelcome.code)
            return
        if self.hello_timer is not None:
            self.hello_timer.cancel()
        enter_scope(client.tenant_id)
        self.connection = Connection(client, self._send_text, self._cut, self._sent_at_once)
        try:
            await connections.connect(self.connection, valid_cursors(frame.get("after")))
        except HelloRefused as unwelcome:
            await self._close(unwelcome.code)
        except TooMany:
            await self._close(4429)

    async def _send_text(self, text: str) -> None:
        if not self._sent_at_once(text):
            await self.base_send({"type": "websocket.send", "text": text})

    def _sent_at_once(self, text: str) -> bool:
        """Whether nothing is left to send; a socket that is closed gets nothing any more."""
        return self.closed or self.sent_at_once(text)

    async def _send_frame(self, frame: Frame) -> None:
        await self._send_text(frames.encode(frame))

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
        if self.connection is not None:
            await connections.disconnect(self.connection)


def cost_of(frame: Frame) -> float:
    """The tokens that a command takes of `COMMANDS`."""
    return 1.0 + FETCH_COST if frame.get("t") == "events.fetch" else 1.0


def language_of(locale: object) -> str:
    """The supported language for a client's locale; the default one for any other value."""
    return locale if isinstance(locale, str) and locale in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def same_origin(scope: Mapping[str, Any]) -> bool:
    """Whether the opening page has our origin (browsers always send it), and the host is an allowed one."""
    headers = headers_of(scope)
    host = headers.get("host", "")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return False
    return bool(host) and headers.get("origin", "").partition("://")[2] == host


def headers_of(scope: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a handshake, names in lower case; the last of several with one name."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def caller_of(scope: Mapping[str, Any]) -> str:
    """The caller's IP address, by the same rules as `client_address`."""
    peer = (scope.get("client") or ("",))[0]
    return address_behind_proxy(peer, headers_of(scope).get("x-forwarded-for", ""))


def address_of(scope: Mapping[str, Any]) -> str:
    """The caller's network, by the same rules as `client_network`."""
    return network_of(caller_of(scope))


async def reject_handshake(scope: Any, receive: Any, send: Any) -> None:
    """ASGI application for paths without a socket: closes with 4404."""
    await send({"type": "websocket.close", "code": 4404})
