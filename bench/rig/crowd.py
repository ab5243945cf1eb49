"""Visitors who come: a session, a socket, a first message; and the desks that see them. As lean as the load allows."""

import asyncio
import time
from dataclasses import dataclass, field
from uuid import uuid4

import orjson

from bench.rig.contenders import Seat
from bench.rig.load import sit
from bench.rig.pace import at_rate
from bench.rig.sockets import Broken, Frame, Socket

PATIENCE = 30.0  # seconds until a visitor gives up
CLOSED_AT_ONCE = 100
QUESTION = "你好,请问还有货吗?"


@dataclass(slots=True)
class Arrival:
    """When one visitor did what; seconds of one clock, 0 for what has not happened."""

    began: float = field(default_factory=time.perf_counter)
    had_session: float = 0.0
    was_ready: float = 0.0
    acknowledged: float = 0.0
    at_desk: float = 0.0

    @property
    def met(self) -> float:
        """Milliseconds until a desk had the first message and the visitor knew; infinite where that never was."""
        both = self.acknowledged and self.at_desk
        return (max(self.acknowledged, self.at_desk) - self.began) * 1000 if both else float("inf")

    @property
    def steps(self) -> tuple[float, float, float]:
        """The milliseconds of the session, of the socket until it was ready, and of the first message."""
        end = max(self.acknowledged, self.at_desk)
        times = (self.began, self.had_session, self.was_ready, end)
        return ((times[1] - times[0]) * 1000, (times[2] - times[1]) * 1000, (times[3] - times[2]) * 1000)


class Crowd:
    """The visitors of one channel of a server on `port`, by the client ids of their first messages."""

    def __init__(self, port: int, channel: str) -> None:
        self.port, self.channel = port, channel
        self.arrivals: dict[str, Arrival] = {}
        self.failures: list[str] = []
        self._sockets: list[Socket] = []

    def on_desk_frame(self, frame: Frame) -> None:
        """Marks a first message as seen by an agent."""
        if frame["t"] == "message.posted" and (arrival := self.arrivals.get(frame["message"]["cid"])):
            arrival.at_desk = arrival.at_desk or time.perf_counter()

    async def come(self) -> Arrival:
        """One visitor, until the first message is acknowledged. What fails is counted."""
        cid = str(uuid4())
        arrival = self.arrivals[cid] = Arrival()
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def on_frame(frame: Frame) -> None:
            if frame["t"] == "ack" and frame["id"] == cid and not answered.done():
                arrival.acknowledged = time.perf_counter()
                answered.set_result(None)
            elif frame["t"] in ("refused", "error", "closed") and not answered.done():
                answered.set_exception(Broken(f"{frame['t']} {frame.get('code')}"))

        try:
            token = await token_of(self.port, self.channel)
            arrival.had_session = time.perf_counter()
            socket = await sit(self.port, Seat("/ws/visitor/", hello={"token": token}), on_frame)
            arrival.was_ready = time.perf_counter()
            self._sockets.append(socket)
            socket.send({"t": "message.post", "id": cid, "kind": "text", "text": QUESTION})
            await asyncio.wait_for(answered, PATIENCE)
        except (Broken, OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            self.failures.append(repr(error))
        return arrival

    async def come_at(self, rate: float, *, seconds: float) -> list[Arrival]:
        """Visitors who come at that rate, whether or not those before them are served; returns when all are."""
        coming = [asyncio.create_task(self.come()) async for _ in at_rate(rate, seconds=seconds)]
        return await asyncio.gather(*coming)

    async def leave(self) -> None:
        """All visitors close their pages."""
        while self._sockets:
            leaving, self._sockets = self._sockets[:CLOSED_AT_ONCE], self._sockets[CLOSED_AT_ONCE:]
            await asyncio.gather(*[socket.close() for socket in leaving])


async def token_of(port: int, channel: str) -> str:
    """A new visitor's token; raises `Broken`."""
    body = orjson.dumps({"channel": channel, "locale": "en", "timezone": "Asia/Shanghai"})
    head = (
        f"POST /api/visitor/session HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    status, _, rest = answer.partition(b"\r\n\r\n")
    if b" 200 " not in status.split(b"\r\n")[0]:
        raise Broken(status.split(b"\r\n")[0].decode())
    return str(orjson.loads(rest[rest.find(b"{") : rest.rfind(b"}") + 1])["token"])
