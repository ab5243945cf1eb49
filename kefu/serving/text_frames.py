"""Daphne's sockets with a short way for what conversations consist of: whole frames of text.

Autobahn makes some thirty calls of each frame, and Twisted asks the event loop for each piece of output whether it may
be written: a quarter of what a message cost a web process. Here a frame that came whole is read in one go, and what is
sent to one client in one turn of the loop is written at once. All else goes Autobahn's way: fragments, bytes, control
frames, whatever violates the protocol.
"""

from asyncio import get_running_loop
from typing import Any

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet.tcp import Connection

WHOLE_TEXT, MASKED = 0x81, 0x80  # final, no extension, opcode 1; the other byte's first bit
TWO_BYTES, EIGHT_BYTES = 126, 127  # in place of a length
AT_ONCE = 64 * 1024  # bytes that wait for the end of the turn at most


class TextFrames(WebSocketProtocol):  # type: ignore[misc]
    """A socket of Daphne's; see the module."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[bytes] = []
        self._size = 0

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 – Twisted's name
        if self.state == self.STATE_OPEN and not self.data and self.current_frame is None and not self.inside_message:
            data = data[self._read(data) :]
        if data:
            super().dataReceived(data)

    def _read(self, data: bytes) -> int:
        """Reads the whole text frames at the front; returns their number of bytes."""
        start = 0
        while (found := next_text(data, start)) is not None and len(found[0]) <= self.maxMessagePayloadSize:
            payload, start = found
            if self.autoPingTimeoutCall:
                self._cancelAutoPingTimeoutCall()
            self.onMessage(payload, False)
        return start

    def serverSend(self, content: Any, binary: bool = False) -> None:  # noqa: N802 – Daphne's name
        if binary or self.state != self.STATE_OPEN or len(payload := content.encode()) > self.maxMessagePayloadSize:
            super().serverSend(content, binary)
            return
        if not self._waiting:
            get_running_loop().call_soon(self._write)
        self._waiting.append(head_of(len(payload)))
        self._waiting.append(payload)
        self._size += len(payload)
        if self._size > AT_ONCE:
            self._write()

    def sendData(self, *arguments: Any, **options: Any) -> None:  # noqa: N802 – Autobahn's name
        """What Autobahn sends itself does not overtake what waits."""
        self._write()
        super().sendData(*arguments, **options)

    def _write(self) -> None:
        """Hands what waits to the kernel, and to Twisted what the kernel does not take."""
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        if data:
            self.transport.write(data[written_at_once(self.transport, data) :])


def next_text(data: bytes, start: int) -> tuple[bytes, int] | None:
    """The text (UTF-8) of the frame at `start`, and where it ends; None where it is another frame, or not whole."""
    if len(data) < start + 6 or data[start] != WHOLE_TEXT or data[start + 1] < MASKED:
        return None
    length, mask = data[start + 1] - MASKED, start + 2
    if length == TWO_BYTES:
        length, mask = int.from_bytes(data[mask : mask + 2], "big"), mask + 2
        if length < TWO_BYTES:
            return None
    elif length == EIGHT_BYTES:
        return None
    end = mask + 4 + length
    if len(data) < end:
        return None
    payload = unmasked(data[mask + 4 : end], data[mask : mask + 4])
    return (payload, end) if is_utf8(payload) else None


def unmasked(payload: bytes, mask: bytes) -> bytes:
    """The payload before it was masked (RFC 6455, 5.3)."""
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def is_utf8(payload: bytes) -> bool:
    """Whether text must not be refused."""
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True


def head_of(size: int) -> bytes:
    """What stands before a whole text of so many bytes."""
    if size < TWO_BYTES:
        return bytes((WHOLE_TEXT, size))
    if size < 1 << 16:
        return bytes((WHOLE_TEXT, TWO_BYTES)) + size.to_bytes(2, "big")
    return bytes((WHOLE_TEXT, EIGHT_BYTES)) + size.to_bytes(8, "big")


def written_at_once(transport: Any, data: bytes) -> int:
    """How many bytes of the data the kernel took: none where others wait already, or the connection is lost, which
    Twisted finds out by itself."""
    if not isinstance(transport, Connection) or transport.TLS or not transport.connected:
        return 0
    if transport.dataBuffer or transport._tempDataLen:
        return 0
    written = transport.writeSomeData(data)
    return written if isinstance(written, int) else 0


class TextFactory(WebSocketFactory):  # type: ignore[misc]
    """Daphne's factory with `TextFrames`."""

    protocol = TextFrames
