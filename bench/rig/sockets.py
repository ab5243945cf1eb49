"""A minimal WebSocket client on asyncio, to leave the machine to the server.

Supports what the benchmarks need: text frames, pings, close; no extensions, no fragments.
"""

import asyncio
import base64
import os
import random
from collections.abc import Callable, Mapping
from typing import Any, cast

import orjson

Frame = dict[str, Any]
OnFrame = Callable[[Frame], None]
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
CONNECT_SECONDS = 30.0


class Broken(Exception):
    """The server did not behave as the benchmark requires."""


class Socket(asyncio.Protocol):
    """An open WebSocket; `on_frame` is called with each frame, in order."""

    def __init__(self, request: bytes, on_frame: OnFrame) -> None:
        self._request = request
        self._handle = on_frame
        self._rest = b""
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._upgraded = False
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Sends the handshake."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        """Marks the socket as closed."""
        self._ended.set_result(None)
        if not self._opened.done():
            self._opened.set_exception(Broken("the server closed the connection during the handshake"))

    def data_received(self, data: bytes) -> None:
        """Handles the rest of the handshake, then frames."""
        self._rest = self._rest + data if self._rest else data
        if not self._upgraded and not self._upgrade():
            return
        self._rest = self._rest[self._read(self._rest) :]

    def _upgrade(self) -> bool:
        head, end, rest = self._rest.partition(b"\r\n\r\n")
        if not end:
            return False
        if not head.startswith(b"HTTP/1.1 101"):
            self._opened.set_exception(Broken(head.split(b"\r\n")[0].decode()))
            return False
        self._upgraded = True
        self._rest = rest
        self._opened.set_result(None)
        return True

    def _read(self, data: bytes) -> int:
        """Consumes the complete frames at the front; returns their number of bytes."""
        start, end = 0, len(data)
        while end - start >= 2:
            length, body = data[start + 1], start + 2
            if length == 126:
                length, body = int.from_bytes(data[body : body + 2]), body + 2
            elif length == 127:
                length, body = int.from_bytes(data[body : body + 8]), body + 8
            if body + length > end:
                break
            self._take(data[start] & 15, data[body : body + length])
            start = body + length
        return start

    def _take(self, kind: int, body: bytes) -> None:
        if kind == TEXT:
            self._handle(orjson.loads(body))
        elif kind == PING:
            self._write(PONG, body)
        elif kind == CLOSE and not self.closing:
            self._handle({"t": "closed", "code": int.from_bytes(body[:2])})

    def send(self, frame: Frame) -> None:
        """Sends a frame."""
        self._write(TEXT, orjson.dumps(frame))

    def _write(self, kind: int, body: bytes) -> None:
        size, key = len(body), random.getrandbits(32)
        length = bytes([128 | size]) if size < 126 else b"\xfe" + size.to_bytes(2)
        mask = int.from_bytes((key.to_bytes(4) * (size // 4 + 1))[:size])
        masked = (int.from_bytes(body) ^ mask).to_bytes(size)
        self._transport.write(bytes([128 | kind]) + length + key.to_bytes(4) + masked)

    async def close(self) -> None:
        """Sends a close frame and waits for the answer."""
        if not self._ended.done():
            self.closing = True
            self._write(CLOSE, (1000).to_bytes(2))
            await asyncio.wait((self._ended,), timeout=2)
            self._transport.abort()

    async def opened(self) -> None:
        """Waits for the handshake; raises `Broken`."""
        await asyncio.wait_for(self._opened, CONNECT_SECONDS)


async def connect(port: int, path: str, headers: Mapping[str, str], on_frame: OnFrame) -> Socket:
    """Opens a socket to the server on this machine."""
    lines = {
        "Host": f"127.0.0.1:{port}",
        "Origin": f"http://127.0.0.1:{port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Protocol": "kefu.v1",
        **headers,
    }
    request = f"GET {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(lambda: Socket(request.encode(), on_frame), "127.0.0.1", port)
    await socket.opened()
    return socket
