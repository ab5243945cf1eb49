"""Visitors beside a browser: sockets on a thread of their own, while the benchmark waits for what a page shows."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import uuid4

from bench.rig.contenders import Seat
from bench.rig.crowd import token_of
from bench.rig.load import sit
from bench.rig.pace import at_rate
from bench.rig.sockets import Broken, Frame, Socket

PATIENCE = 60.0  # seconds
T = TypeVar("T")


class Visitors:
    """Visitors of one channel of the server on `port`, each with a socket; they write when asked to."""

    def __init__(self, port: int, channel: str) -> None:
        self.port, self.channel = port, channel
        self._loop = asyncio.new_event_loop()
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._sockets: list[Socket] = []
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def come(self, texts: list[str]) -> None:
        """A visitor for each text, who writes it first; returns when all are acknowledged. Raises `Broken`."""
        self._run(self._come(texts))

    def write(self, texts: list[str], *, per_second: float | None = None) -> None:
        """The texts from the visitors in turn, all at once or at that rate; returns when all are acknowledged."""
        self._run(self._write(texts, per_second))

    def close(self) -> None:
        """All visitors close their pages."""
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE * 5)

    async def _come(self, texts: list[str]) -> None:
        for text in texts:
            token = await token_of(self.port, self.channel)
            socket = await sit(self.port, Seat("/ws/visitor/", hello={"token": token}), self._on_frame)
            self._sockets.append(socket)
            await self._post(socket, text)

    async def _write(self, texts: list[str], per_second: float | None) -> None:
        if per_second is None:
            await asyncio.gather(*(self._post(self._of(number), text) for number, text in enumerate(texts)))
            return
        seconds = len(texts) / per_second
        async with asyncio.TaskGroup() as posting:
            async for number in at_rate(per_second, seconds=seconds):
                posting.create_task(self._post(self._of(number), texts[number]))

    def _of(self, number: int) -> Socket:
        return self._sockets[number % len(self._sockets)]

    async def _post(self, socket: Socket, text: str) -> None:
        cid = str(uuid4())
        answered = self._waiting[cid] = asyncio.get_running_loop().create_future()
        socket.send({"t": "message.post", "id": cid, "kind": "text", "text": text})
        await asyncio.wait_for(answered, PATIENCE)
        del self._waiting[cid]

    def _on_frame(self, frame: Frame) -> None:
        answered = self._waiting.get(str(frame.get("id")))
        if frame["t"] == "ack" and answered is not None and not answered.done():
            answered.set_result(None)
        elif frame["t"] in ("refused", "error") and answered is not None and not answered.done():
            answered.set_exception(Broken(f"{frame['t']} {frame.get('code')}"))

    async def _close(self) -> None:
        await asyncio.gather(*(socket.close() for socket in self._sockets))


@contextmanager
def visitors_of(port: int, channel: str) -> Iterator[Visitors]:
    """Visitors for the length of the block."""
    made = Visitors(port, channel)
    try:
        yield made
    finally:
        made.close()
