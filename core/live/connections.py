"""Who is connected in this process, and the digests that show each of them what a crash swallowed.

A `LiveClient` is a visitor or an agent at one end of a socket, a stream or a poll. Digests are made for all clients of
a tenant at once, by one query, every 25 s: that is also the heartbeat by which a client knows that the line is alive.
A kind of client may keep another time (`DigestInterval`).
"""

import asyncio
import logging
import random
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol
from weakref import WeakKeyDictionary

from core.live import hub
from core.live.commands import Frame, Handler
from core.live.frames import encode
from core.web.brakes import Places

log = logging.getLogger(__name__)
DIGEST_SECONDS = 25.0
DIGESTS_WITHIN = 10.0
# Close codes. Servers may refuse to send those below 3000 (Daphne does), and the socket would stay open.
TOO_SLOW, UNWELCOME, BROKEN = 4431, 4401, 4500
LONGEST_BACKLOG = 2000  # frames queued for one slow client; beyond it the line is cut and it fetches what it missed


CONNECTIONS = Places(60)  # tabs of one visitor or agent in this process


@dataclass(frozen=True)
class DigestInterval:
    """How often a kind of client gets its digest.

    `together`: all of a tenant at the same moment, because what they are shown is worked out once for all; otherwise
    spread, so that many connections are not due at once. `at_once`: the first one comes with the connection, because
    its page is older.
    """

    seconds: float
    together: bool = False
    at_once: bool = False

    def first(self) -> float:
        """When a line that begins now is due."""
        if self.at_once:
            return 0.0
        return self.next() if self.together else time.monotonic() + self.seconds * random.uniform(0.5, 1.0)  # noqa: S311 – spread, not secret

    def next(self) -> float:
        """When a line is due again."""
        now = time.monotonic()
        return (now // self.seconds + 1) * self.seconds if self.together else now + self.seconds


USUAL_INTERVAL = DigestInterval(DIGEST_SECONDS)


class LiveClient(Protocol):
    """What a carrier needs to know of the one it serves."""

    tenant_id: int
    language: str
    commands: ClassVar[dict[str, Handler]]
    beat: ClassVar[DigestInterval]

    @property
    def key(self) -> str:
        """Whose connections and commands are counted together."""

    def groups(self) -> list[str]:
        """The groups it listens to, always in the same order; others after a digest, if it learned so."""

    async def ready(self, after: Mapping[str, int]) -> list[Frame]:
        """`ready` and the frames after the client's cursors."""

    async def left(self) -> None:
        """The line is gone."""

    @classmethod
    async def digests(cls, tenant_id: int, clients: Sequence[Any]) -> list[Frame | None]:
        """One digest per client, in their order; None for one that is not welcome any more (signed out, revoked)."""


Send = Callable[[str], Awaitable[None]]


class Connection:
    """One connected client: an inbox of the hub that sends in order without ever blocking it.

    There is no task per idle line: one is made when something arrives, and ends when the backlog is sent. A line holds
    back what arrives until `open` has put `ready` in front of it.
    """

    __slots__ = ("backlog", "client", "cut", "digest_due", "groups", "held", "placed", "send", "task")

    def __init__(self, client: LiveClient, send: Send, cut: Callable[[int], None]) -> None:
        self.client = client
        self.send = send
        self.cut = cut
        self.groups: list[str] = []
        self.held = True
        self.placed = False
        self.backlog: deque[str] = deque()
        self.task: asyncio.Task[None] | None = None
        self.digest_due = client.beat.first()

    def put(self, text: str) -> None:
        """Queue an encoded frame."""
        self.backlog.append(text)
        if len(self.backlog) > LONGEST_BACKLOG:
            self.backlog.clear()
            self.cut(TOO_SLOW)
        elif self.task is None and not self.held:
            self.task = asyncio.create_task(self._drain())

    def open(self, first: Sequence[Frame]) -> None:
        """Send these frames before everything that arrived meanwhile."""
        self.backlog.extendleft(encode(frame) for frame in reversed(first))
        self.held = False
        if self.backlog and self.task is None:
            self.task = asyncio.create_task(self._drain())

    def resync(self) -> None:
        """Frames may be lost: a digest as soon as possible."""
        self.digest_due = 0.0

    async def join(self) -> None:
        """Join what the client may hear; returns when nothing is missed any more. Raises `TooMany`."""
        CONNECTIONS.take(self.client.key)
        self.placed = True
        self.groups = self.client.groups()
        await hub.hub().join(self.client.tenant_id, self.groups, self)

    def move(self) -> None:
        """Join what the client may hear now. The tables were read before: another digest shows what fell between."""
        before, self.groups = self.groups, self.client.groups()
        if before != self.groups:
            hub.hub().move(before, self.groups, self)
            self.resync()

    async def _drain(self) -> None:
        try:
            while self.backlog:
                await self.send(self.backlog.popleft())
        except OSError:
            self.cut(BROKEN)
        except Exception:
            log.exception("a line broke")
            self.cut(BROKEN)
        finally:
            self.task = None


class Ticker:
    """Sends the digests of this process's connections, in batches."""

    def __init__(self) -> None:
        self.connections: set[Connection] = set()
        self.task: asyncio.Task[None] | None = None

    def add(self, connection: Connection) -> None:
        """Begin to send digests."""
        self.connections.add(connection)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._tick(), name="digests")

    def remove(self, connection: Connection) -> None:
        """Stop."""
        self.connections.discard(connection)

    async def _tick(self) -> None:
        """For ever: what fails in one round is made good by the next."""
        while True:
            await asyncio.sleep(0.5)
            try:
                await self._round()
            except Exception:
                log.exception("a round of digests failed")

    async def _round(self) -> None:
        now = time.monotonic()
        due: defaultdict[tuple[type[Any], int], list[Connection]] = defaultdict(list)
        for connection in self.connections:
            if connection.digest_due <= now:
                due[type(connection.client), connection.client.tenant_id].append(connection)
        for (kind, tenant_id), connections in due.items():
            await self._digest(kind, tenant_id, connections)

    async def _digest(self, kind: type[LiveClient], tenant_id: int, connections: list[Connection]) -> None:
        for connection in connections:
            connection.digest_due = kind.beat.next()
        try:
            # A company whose digests hang must not take the heartbeat of all others.
            async with asyncio.timeout(DIGESTS_WITHIN):
                frames = await kind.digests(tenant_id, [connection.client for connection in connections])
        except Exception:
            log.exception("digests of tenant %s failed", tenant_id)
            return
        for connection, frame in zip(connections, frames, strict=True):
            try:
                self._show(connection, frame)
            except Exception:
                log.exception("a digest of tenant %s could not be shown", tenant_id)
                connection.cut(BROKEN)

    def _show(self, connection: Connection, frame: Frame | None) -> None:
        if frame is None:
            connection.cut(UNWELCOME)
        elif connection in self.connections:  # it may have gone meanwhile
            connection.move()
            connection.put(encode(frame))


_tickers: WeakKeyDictionary[asyncio.AbstractEventLoop, Ticker] = WeakKeyDictionary()


def ticker() -> Ticker:
    """The ticker of the running event loop."""
    return _tickers.setdefault(asyncio.get_running_loop(), Ticker())


async def connect(connection: Connection, after: Mapping[str, int]) -> None:
    """Join the groups first and read the tables second, so that nothing falls between; send `ready` and the rest."""
    await connection.join()
    connection.open(await connection.client.ready(after))
    ticker().add(connection)


async def disconnect(connection: Connection) -> None:
    """Leave; safe to call twice."""
    ticker().remove(connection)
    hub.hub().leave(connection.groups, connection)
    if connection.placed:
        connection.placed = False
        CONNECTIONS.give_back(connection.client.key)
    await connection.client.left()
