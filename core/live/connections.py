"""Who is connected in this process, and the digests that show each of them what a crash swallowed.

A `LiveParty` is a visitor or an agent at one end of a socket, a stream or a poll. Digests are made for all parties of
a tenant at once, by one query, every 25 s: that is also the heartbeat by which a client knows that the line is alive.
A kind of party may keep another time (`Beat`).
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
from core.live.commands import Command, Frame
from core.live.frames import encode
from core.web.brakes import Places

log = logging.getLogger(__name__)
DIGEST_SECONDS = 25.0
DIGESTS_WITHIN = 10.0
# Close codes. Servers may refuse to send those below 3000 (Daphne does), and the socket would stay open.
TOO_SLOW, UNWELCOME, BROKEN = 4431, 4401, 4500
LONGEST_BACKLOG = 2000  # frames queued for one slow client; beyond it the line is cut and it fetches what it missed


LINES = Places(60)  # tabs of one visitor or agent in this process


@dataclass(frozen=True)
class Beat:
    """How often a kind of party gets its digest. `together`: all of a tenant at the same moment, because what they
    are shown is worked out once for all; otherwise spread, so that many lines are not due at once. `at_once`: the first
    one comes with the line, because what its page was made from is older than the line."""

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


USUAL_BEAT = Beat(DIGEST_SECONDS)


class LiveParty(Protocol):
    """What a carrier needs to know of the one it serves."""

    tenant_id: int
    language: str
    commands: ClassVar[Mapping[str, Command]]
    beat: ClassVar[Beat]

    @property
    def key(self) -> str:
        """Whose lines and commands are counted together."""

    def groups(self) -> list[str]:
        """The groups it listens to, always in the same order; others after a digest, if it learned so."""

    async def ready(self, after: Mapping[str, int]) -> list[Frame]:
        """`ready` and the frames after the client's cursors."""

    async def left(self) -> None:
        """The line is gone."""

    @classmethod
    async def digests(cls, tenant_id: int, parties: Sequence[Any]) -> list[Frame | None]:
        """One digest per party, in their order; None for one that is not welcome any more (signed out, revoked)."""


Send = Callable[[str], Awaitable[None]]


class Line:
    """One connected party: an inbox of the hub that sends in order without ever blocking it.

    There is no task per idle line: one is made when something arrives, and ends when the backlog is sent. A line holds
    back what arrives until `open` has put `ready` in front of it.
    """

    __slots__ = ("backlog", "cut", "digest_due", "groups", "held", "party", "placed", "send", "task")

    def __init__(self, party: LiveParty, send: Send, cut: Callable[[int], None]) -> None:
        self.party = party
        self.send = send
        self.cut = cut
        self.groups: list[str] = []
        self.held = True
        self.placed = False
        self.backlog: deque[str] = deque()
        self.task: asyncio.Task[None] | None = None
        self.digest_due = party.beat.first()

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
        """Hear what the party may hear; returns when nothing is missed any more. Raises `TooMany`."""
        LINES.take(self.party.key)
        self.placed = True
        self.groups = self.party.groups()
        await hub.hub().join(self.party.tenant_id, self.groups, self)

    def move(self) -> None:
        """Hear what the party may hear now. The tables were read before: another digest shows what fell between."""
        before, self.groups = self.groups, self.party.groups()
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
    """Sends the digests of this process's lines, in batches."""

    def __init__(self) -> None:
        self.lines: set[Line] = set()
        self.task: asyncio.Task[None] | None = None

    def add(self, line: Line) -> None:
        """Begin to send digests."""
        self.lines.add(line)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._tick(), name="digests")

    def remove(self, line: Line) -> None:
        """Stop."""
        self.lines.discard(line)

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
        due: defaultdict[tuple[type[Any], int], list[Line]] = defaultdict(list)
        for line in self.lines:
            if line.digest_due <= now:
                due[type(line.party), line.party.tenant_id].append(line)
        for (kind, tenant_id), lines in due.items():
            await self._digest(kind, tenant_id, lines)

    async def _digest(self, kind: type[LiveParty], tenant_id: int, lines: list[Line]) -> None:
        for line in lines:
            line.digest_due = kind.beat.next()
        try:
            # A company whose digests hang must not take the heartbeat of all others.
            async with asyncio.timeout(DIGESTS_WITHIN):
                frames = await kind.digests(tenant_id, [line.party for line in lines])
        except Exception:
            log.exception("digests of tenant %s failed", tenant_id)
            return
        for line, frame in zip(lines, frames, strict=True):
            try:
                self._show(line, frame)
            except Exception:
                log.exception("a digest of tenant %s could not be shown", tenant_id)
                line.cut(BROKEN)

    def _show(self, line: Line, frame: Frame | None) -> None:
        if frame is None:
            line.cut(UNWELCOME)
        elif line in self.lines:  # it may have gone meanwhile
            line.move()
            line.put(encode(frame))


_tickers: WeakKeyDictionary[asyncio.AbstractEventLoop, Ticker] = WeakKeyDictionary()


def ticker() -> Ticker:
    """The ticker of the running event loop."""
    return _tickers.setdefault(asyncio.get_running_loop(), Ticker())


async def connect(line: Line, after: Mapping[str, int]) -> None:
    """Join the groups first and read the tables second, so that nothing falls between; send `ready` and the rest."""
    await line.join()
    line.open(await line.party.ready(after))
    ticker().add(line)


async def disconnect(line: Line) -> None:
    """Leave; safe to call twice."""
    ticker().remove(line)
    hub.hub().leave(line.groups, line)
    if line.placed:
        line.placed = False
        LINES.give_back(line.party.key)
    await line.party.left()
