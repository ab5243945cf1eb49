"""The connections of this process, and their digests.

A `LiveClient` is a visitor or an agent at one end of a socket, a stream or a poll. A digest is a summary of the
client's state by which it finds out what it missed. Digests are made for all clients of a tenant at once, by one query,
every 25 s: they are the heartbeat of a connection too. A kind of client may have another `DigestInterval`.
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
from core.web.local_limits import ConcurrencyLimit

log = logging.getLogger(__name__)
DIGEST_SECONDS = 25.0
DIGESTS_WITHIN = 10.0
# Close codes. Servers may refuse to send those below 3000 (Daphne does), and the socket would stay open.
TOO_SLOW, NOT_AUTHENTICATED, BROKEN = 4431, 4401, 4500
LONGEST_BACKLOG = 2000  # frames queued for one slow client; beyond it the connection is cut, and the client replays
CONNECTIONS = ConcurrencyLimit(60)  # tabs of one visitor or agent in this process


class HelloRefused(Exception):
    """The `hello` does not authenticate its sender; the socket is closed with `code`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class DigestInterval:
    """How often a kind of client gets its digest.

    `together`: all clients of a tenant at the same moment, because their digests are computed once; otherwise spread.
    `at_once`: the first one comes with the connection, because the page was rendered earlier.
    """

    seconds: float
    together: bool = False
    at_once: bool = False

    def first(self) -> float:
        """When the first digest of a new connection is due, on the monotonic clock."""
        if self.at_once:
            return 0.0
        return self.next() if self.together else time.monotonic() + self.seconds * random.uniform(0.5, 1.0)  # noqa: S311 – spread, not secret

    def next(self) -> float:
        """When the next one is due, on the monotonic clock."""
        now = time.monotonic()
        return (now // self.seconds + 1) * self.seconds if self.together else now + self.seconds


USUAL_INTERVAL = DigestInterval(DIGEST_SECONDS)


class LiveClient(Protocol):
    """What the carriers need of a client."""

    tenant_id: int
    language: str
    commands: ClassVar[dict[str, Handler]]
    digest_interval: ClassVar[DigestInterval]

    @property
    def key(self) -> str:
        """The key by which connections and commands are limited: one visitor or agent."""

    def groups(self) -> list[str]:
        """The groups that it listens to, always in the same order; may change after a digest."""

    async def ready(self, after: Mapping[str, int]) -> list[Frame]:
        """The frame `ready`, then the frames after the client's cursors. May raise `HelloRefused`: nothing was sent
        yet."""

    async def disconnected(self) -> None:
        """The connection has ended; called once."""

    @classmethod
    async def digests(cls, tenant_id: int, clients: Sequence[Any]) -> list[Frame | None]:
        """One digest per client, in their order; None for one that is not authenticated any more (signed out,
        revoked)."""


Send = Callable[[str], Awaitable[None]]
SendAtOnce = Callable[[str], bool]  # without a wait; False: nothing was sent, because one would have to wait


def never_at_once(_text: str) -> bool:
    """Of carriers whose every frame may have to wait."""
    return False


class Connection:
    """One connected client: an inbox of the hub that sends in order and never blocks it.

    A frame goes out at once where nobody has to wait for that. Otherwise it is put into the backlog, for which a task
    is made; that ends when the backlog is sent. Frames are held back until `open` has put `ready` in front of them.
    """

    __slots__ = ("backlog", "client", "cut", "digest_due", "groups", "held", "placed", "send", "sent_at_once", "task")

    def __init__(
        self, client: LiveClient, send: Send, cut: Callable[[int], None], sent_at_once: SendAtOnce = never_at_once
    ) -> None:
        self.client = client
        self.send = send
        self.sent_at_once = sent_at_once
        self.cut = cut
        self.groups: list[str] = []
        self.held = True
        self.placed = False
        self.backlog: deque[str] = deque()
        self.task: asyncio.Task[None] | None = None
        self.digest_due = client.digest_interval.first()

    def put(self, text: str) -> None:
        """Sends or queues an encoded frame; cuts the connection beyond `LONGEST_BACKLOG`."""
        if self.task is None and not self.held and self.sent_at_once(text):
            return
        self.backlog.append(text)
        if len(self.backlog) > LONGEST_BACKLOG:
            self.backlog.clear()
            self.cut(TOO_SLOW)
        elif self.task is None and not self.held:
            self.task = asyncio.create_task(self._drain())

    def open(self, first: Sequence[Frame]) -> None:
        """Sends these frames before all that arrived meanwhile."""
        self.backlog.extendleft(encode(frame) for frame in reversed(first))
        self.held = False
        if self.backlog and self.task is None:
            self.task = asyncio.create_task(self._drain())

    def resync(self) -> None:
        """Frames may be lost: the next digest is due at once."""
        self.digest_due = 0.0

    async def join(self) -> None:
        """Joins the client's groups; returns when no frame can be missed any more. Raises `TooMany`."""
        CONNECTIONS.acquire(self.client.key)
        self.placed = True
        self.groups = self.client.groups()
        await hub.hub().join(self.client.tenant_id, self.groups, self)

    def move(self) -> None:
        """Joins the client's present groups. Where they changed another digest covers what fell in between."""
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
            log.exception("a connection broke")
            self.cut(BROKEN)
        finally:
            self.task = None


class Ticker:
    """Sends the digests of the connections in this event loop, in batches by kind of client and tenant."""

    def __init__(self) -> None:
        self.connections: set[Connection] = set()
        self.task: asyncio.Task[None] | None = None

    def add(self, connection: Connection) -> None:
        """Starts the digests of a connection."""
        self.connections.add(connection)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._tick(), name="digests")

    def remove(self, connection: Connection) -> None:
        """Stops the digests of a connection; safe for one that was not added."""
        self.connections.discard(connection)

    async def _tick(self) -> None:
        """Runs for ever; a failed round is made good by the next."""
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
            connection.digest_due = kind.digest_interval.next()
        try:
            # A tenant whose digests hang must not delay the heartbeat of the others.
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
            connection.cut(NOT_AUTHENTICATED)
        elif connection in self.connections:  # it may have ended meanwhile
            connection.move()
            connection.put(encode(frame))


_tickers: WeakKeyDictionary[asyncio.AbstractEventLoop, Ticker] = WeakKeyDictionary()


def ticker() -> Ticker:
    """The ticker of the running event loop."""
    return _tickers.setdefault(asyncio.get_running_loop(), Ticker())


async def connect(connection: Connection, after: Mapping[str, int]) -> None:
    """Joins the groups first and reads the tables second, so that nothing falls between; sends `ready` and what
    follows. Raises `TooMany` and `HelloRefused`."""
    await connection.join()
    connection.open(await connection.client.ready(after))
    ticker().add(connection)


async def disconnect(connection: Connection) -> None:
    """Leaves groups, limits and digests; safe to call twice."""
    ticker().remove(connection)
    hub.hub().leave(connection.groups, connection)
    if connection.placed:
        connection.placed = False
        CONNECTIONS.release(connection.client.key)
    await connection.client.disconnected()
