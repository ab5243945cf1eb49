"""The load generator: visitors, agents, and a ledger of each message."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from bench.rig import sockets
from bench.rig.contenders import Contender, Pair, Seat
from bench.rig.pace import comes_true
from bench.rig.sockets import Broken, Frame, OnFrame, Socket

GATHER_RECEIPTS = 0.25  # seconds, as static/kefu/js/desk/state/receipts.js
AT_ONCE = 25  # handshakes under way
DRAIN_SECONDS = 10.0
TEXTS = (
    "您好,请问这款还有货吗?",
    "订单已经付款了,什么时候可以发货?",
    "麻烦帮我看一下物流,好几天没有更新了。",
    "可以开发票吗?抬头是公司的名字,税号我发给您。",
)


@dataclass
class Ledger:
    """Times of each message by client id: sent, acknowledged, delivered to the agent (seconds of one clock)."""

    sent: dict[str, float] = field(default_factory=dict)
    acknowledged: dict[str, float] = field(default_factory=dict)
    delivered: dict[str, float] = field(default_factory=dict)
    delivered_again: Counter[str] = field(default_factory=Counter)
    trouble: Counter[str] = field(default_factory=Counter)

    def record_delivery(self, cid: str) -> None:
        """Records a delivery to an agent."""
        if cid in self.delivered:
            self.delivered_again[cid] += 1
        else:
            self.delivered[cid] = time.perf_counter()

    def settled(self) -> bool:
        """Whether every sent message is acknowledged and delivered."""
        return len(self.acknowledged) == len(self.sent) == len(self.delivered)

    def latencies(self, *, since: float) -> list[float]:
        """Milliseconds from send to delivery, of messages sent after `since`; unordered."""
        return [(at - self.sent[cid]) * 1000 for cid, at in self.delivered.items() if self.sent.get(cid, 0.0) >= since]

    def done_between(self, start: float, end: float) -> int:
        """The number of messages both acknowledged and delivered, the later of both between the times."""
        both = self.acknowledged.keys() & self.delivered.keys()
        return sum(start <= max(self.acknowledged[cid], self.delivered[cid]) < end for cid in both)


class Visitor:
    """A visitor's socket; `after_acknowledgement` lets a closed loop send the next message."""

    def __init__(self, pair: Pair, ledger: Ledger) -> None:
        self.pair = pair
        self.ledger = ledger
        self.socket: Socket | None = None
        self.after_acknowledgement: Callable[[], None] | None = None

    def post(self) -> None:
        """Sends a message."""
        if self.socket is None:
            raise Broken("a visitor without a socket cannot write")
        cid = str(uuid4())
        frame = {
            "t": "message.post",
            "id": cid,
            "conversation": self.pair.conversation,
            "kind": "text",
            "text": TEXTS[len(self.ledger.sent) % len(TEXTS)],
        }
        self.ledger.sent[cid] = time.perf_counter()
        self.socket.send(frame)

    def on_frame(self, frame: Frame) -> None:
        """Records acknowledgements; counts unexpected frames as trouble."""
        if frame["t"] == "ack":
            self.ledger.acknowledged[frame["id"]] = time.perf_counter()
            if self.after_acknowledgement is not None:
                self.after_acknowledgement()
        elif frame["t"] in ("refused", "error", "closed"):
            self.ledger.trouble[f"{frame['t']} {frame['code']}"] += 1


class Agent:
    """An agent's socket; sends receipts in batches, as the desk does."""

    def __init__(self, ledger: Ledger, *, receipts: bool) -> None:
        self.ledger = ledger
        self.receipts = receipts
        self.socket: Socket | None = None
        self.delivered: dict[str, int] = {}

    def on_frame(self, frame: Frame) -> None:
        """Records deliveries of visitors' messages."""
        if frame["t"] == "message.posted":
            message = frame["message"]
            self.ledger.record_delivery(message["cid"])
            if self.receipts:
                self._note(message["conversation"], message["n"])
        elif frame["t"] in ("refused", "error", "closed"):
            self.ledger.trouble[f"{frame['t']} {frame['code']}"] += 1

    def _note(self, conversation: str, n: int) -> None:
        if not self.delivered:
            asyncio.get_running_loop().call_later(GATHER_RECEIPTS, self._send_receipts)
        self.delivered[conversation] = n

    def _send_receipts(self) -> None:
        if self.socket is not None:
            for conversation, n in self.delivered.items():
                self.socket.send({"t": "receipt", "conversation": conversation, "delivered": n})
        self.delivered.clear()


async def sit(port: int, seat: Seat, on_frame: OnFrame) -> Socket:
    """Opens a seat's socket and waits for `ready`."""
    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def first_ready(frame: Frame) -> None:
        if not ready.done():
            if frame["t"] == "ready":
                ready.set_result(None)
            elif frame["t"] == "closed":
                ready.set_exception(Broken(f"hello was answered with close code {frame['code']}"))
        on_frame(frame)

    socket = await sockets.connect(port, seat.path, seat.headers, first_ready)
    socket.send({"t": "hello", "after": {}, **seat.hello})
    await asyncio.wait_for(ready, sockets.CONNECT_SECONDS)
    return socket


@asynccontextmanager
async def seated(port: int, seats: Sequence[tuple[Seat, OnFrame]]) -> AsyncIterator[list[Socket]]:
    """All of them connected for the length of the block."""
    doors = asyncio.Semaphore(AT_ONCE)

    async def enter(seat: Seat, on_frame: OnFrame) -> Socket:
        async with doors:
            return await sit(port, seat, on_frame)

    found = await asyncio.gather(*[enter(seat, on_frame) for seat, on_frame in seats])
    try:
        yield found
    finally:
        await asyncio.gather(*[socket.close() for socket in found])


@asynccontextmanager
async def chatting(port: int, contender: Contender, conversations: int, ledger: Ledger) -> AsyncIterator[list[Visitor]]:
    """`conversations` conversations with both ends connected."""
    pairs = contender.spread(conversations)
    visitors = [Visitor(pair, ledger) for pair in pairs]
    agents = {number: Agent(ledger, receipts=contender.receipts) for number in sorted({pair.agent for pair in pairs})}
    seats: list[tuple[Seat, OnFrame]] = [(contender.agents[number], agent.on_frame) for number, agent in agents.items()]
    seats += [(visitor.pair.visitor, visitor.on_frame) for visitor in visitors]
    async with seated(port, seats) as found:
        for agent, socket in zip(agents.values(), found[: len(agents)], strict=True):
            agent.socket = socket
        for visitor, socket in zip(visitors, found[len(agents) :], strict=True):
            visitor.socket = socket
        yield visitors
        for agent in agents.values():
            agent.socket = None


async def at_low_rate(visitors: Sequence[Visitor], *, per_second: float, seconds: float) -> None:
    """Visitors write at random times independent of each other and of the answers (open loop)."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    interval = len(visitors) / per_second

    def write(visitor: Visitor) -> None:
        visitor.post()
        later(visitor, interval * random.uniform(0.5, 1.5))

    def later(visitor: Visitor, delay: float) -> None:
        if loop.time() + delay < end:
            loop.call_later(delay, write, visitor)

    for visitor in visitors:
        later(visitor, interval * random.random())
    await asyncio.sleep(seconds)
    await drained(visitors[0].ledger)


@dataclass(frozen=True)
class Pace:
    """A round of maximum throughput."""

    rate: float  # messages a second that were acknowledged and heard
    server_microseconds: float  # processor time of the web process for a message


async def as_fast_as_possible(
    visitors: Sequence[Visitor], *, window: int, warm_up: float, seconds: float, server_clock: Callable[[], float]
) -> Pace:
    """Closed loop: each visitor has `window` messages under way and sends the next on an acknowledgement."""
    for visitor in visitors:
        visitor.after_acknowledgement = visitor.post
        for _ in range(window):
            visitor.post()
    await asyncio.sleep(warm_up)
    start, used = time.perf_counter(), server_clock()
    await asyncio.sleep(seconds)
    end, used = time.perf_counter(), server_clock() - used
    for visitor in visitors:
        visitor.after_acknowledgement = None
    ledger = visitors[0].ledger
    await drained(ledger)
    done = ledger.done_between(start, end)
    return Pace(done / (end - start), used * 1_000_000 / max(done, 1))


async def drained(ledger: Ledger) -> None:
    """Waits for messages under way, at most `DRAIN_SECONDS`; `losses` finds the rest."""
    await comes_true(ledger.settled, within=DRAIN_SECONDS)


@dataclass(frozen=True)
class Losses:
    """Messages that are missing somewhere, and messages that appear twice."""

    lost: int
    doubled: int


def losses(ledger: Ledger, stored: Sequence[UUID]) -> Losses:
    """Compares sent, acknowledged, delivered and stored messages."""
    in_table = Counter(str(cid) for cid in stored)
    arrived = in_table.keys() & ledger.delivered.keys() & ledger.acknowledged.keys()
    doubled = {
        cid for cid, count in in_table.items() if count > 1 and cid in ledger.sent
    } | ledger.delivered_again.keys()
    return Losses(lost=len(ledger.sent.keys() - arrived), doubled=len(doubled))
