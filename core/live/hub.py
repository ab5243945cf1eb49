"""Sending of frames, and the hub that delivers them to this process's connections.

Transport: one Redis subscription per process, one Redis channel per tenant, a local table of groups
(`core/live/groups.py`). A frame is encoded once (`core/live/frames.py`).
"""

import asyncio
import hashlib
import logging
import math
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import orjson
import redis
import redis.asyncio
from django.conf import settings
from django.db import connection
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff

from core import breaker
from core.live.frames import REQUEST_DIGEST
from core.tenancy.models import random_id

log = logging.getLogger(__name__)
RECONNECT_SECONDS = 1.0
SILENCE_SECONDS = 10.0
SUBSCRIBE_SECONDS = 5.0


def _redis_channel(tenant_id: int) -> str:
    return f"kefu:live:{_installation()}:{tenant_id}"


@cache
def _installation() -> str:
    """A name of this installation: Redis publishes across its databases, so installations on one server need distinct
    channels."""
    secret = f"{connection.settings_dict['NAME']} {settings.SECRET_KEY}"
    return hashlib.blake2s(secret.encode(), digest_size=6).hexdigest()


def is_anybody_listening() -> bool:
    """Whether a web process is subscribed. Subscriptions stay once made, so this means one has served somebody since
    its start."""
    return bool(breaker.client().pubsub_channels(f"kefu:live:{_installation()}:*"))


def publish(tenant_id: int, frames: Sequence[tuple[str, str]]) -> None:
    """Sends frames to all processes, from any thread. Where Redis is away this logs; clients heal by their next digest.

    In a process that serves sockets its event loop does it: they have the frames at once, and nobody here waits for
    Redis.
    """
    if not frames or _hand_over(tenant_id, frames):
        return
    try:
        breaker.client().publish(_redis_channel(tenant_id), orjson.dumps(["", frames]))
    except redis.RedisError:
        log.warning("could not publish %d frames", len(frames), exc_info=True)


def _hand_over(tenant_id: int, frames: Sequence[tuple[str, str]]) -> bool:
    """Whether the event loop of this process has taken the frames; it takes none from code that runs on a loop itself,
    for which they are out when `publish` returns."""
    if asyncio._get_running_loop() is not None:
        return False
    for loop, found in list(_hubs.items()):
        if loop.is_running():
            with suppress(RuntimeError):  # it has just ended
                loop.call_soon_threadsafe(found.publish_next, tenant_id, frames)
                return True
    return False


def request_digests(tenant_id: int, groups: Iterable[str]) -> None:
    """Makes the connections of these groups send a digest within a second."""
    publish(tenant_id, [(group, REQUEST_DIGEST) for group in groups])


async def publish_soon(tenant_id: int, frames: Sequence[tuple[str, str]]) -> None:
    """`publish` for code on the event loop."""
    if frames:
        await hub().publish(tenant_id, frames)


class Inbox(Protocol):
    """A connection as the hub knows it."""

    def put(self, text: str) -> None:
        """Queues an encoded frame; must not block."""

    def resync(self) -> None:
        """Frames may have been lost: send a digest soon."""


class Hub:
    """The groups of this process's connections, and the one subscription that feeds them.

    After any failure it reconnects and lets all connections resync; neither a publication nor a caller who hangs up can
    stop it.
    """

    def __init__(self) -> None:
        self._name = random_id()
        self._own = orjson.dumps([self._name])[:-1]  # what each publication of this hub begins with
        self._groups: dict[str, set[Inbox]] = {}
        # Done when Redis confirmed the tenant's channel for the first time.
        self._standing: dict[int, asyncio.Future[None]] = {}
        self._asking: set[asyncio.Task[None]] = set()
        # One at a time: two that subscribe on a connection that is not made yet would each make one, and the answers
        # on the first be read by nobody.
        self._subscribing = asyncio.Lock()
        # After a reconnect: tenants whose channels Redis has not confirmed again.
        self._lost: set[int] = set()
        self._redis = breaker.new_async_client()
        # Unguarded: the reader retries for ever and pings by itself (`_listen`). Protocol 2: by protocol 3 the client
        # makes a line for its debug log of every message, byte by byte, which costs more than all the rest.
        options = breaker.OPTIONS | {"health_check_interval": 0, "protocol": 2}
        self._source = redis.asyncio.Redis.from_url(settings.REDIS_URL, retry=AsyncRetry(NoBackoff(), 0), **options)
        self._pubsub = self._source.pubsub(ignore_subscribe_messages=False)
        self._reader: asyncio.Task[None] | None = None
        self._disconnected_since: float | None = None
        # What threads have published and Redis does not have yet, in order.
        self._unsent: deque[tuple[int, Sequence[tuple[str, str]]]] = deque()
        self._sender: asyncio.Task[None] | None = None
        # By tenant, on the monotonic clock: the newest request for digests.
        self.digests_requested_at: dict[int, float] = {}

    async def publish(self, tenant_id: int, frames: Sequence[tuple[str, str]]) -> None:
        """See `publish` of the module. Connections of this process do not wait for Redis to bring the frames back."""
        self.deliver(frames)
        await self.publish_to_others(tenant_id, frames)

    def publish_next(self, tenant_id: int, frames: Sequence[tuple[str, str]]) -> None:
        """As `publish`, without waiting, in the order of the calls."""
        self.deliver(frames)
        self._unsent.append((tenant_id, frames))
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send(), name="publications of threads")

    async def _send(self) -> None:
        while self._unsent:
            await self.publish_to_others(*self._unsent.popleft())

    async def publish_to_others(self, tenant_id: int, frames: Sequence[tuple[str, str]]) -> None:
        """Sends frames to all processes but this one."""
        try:
            await self._redis.publish(_redis_channel(tenant_id), orjson.dumps([self._name, frames]))
        except (redis.RedisError, OSError):
            log.warning("could not publish %d frames", len(frames), exc_info=True)

    async def join(self, tenant_id: int, groups: Iterable[str], inbox: Inbox) -> None:
        """Adds the inbox to groups. Returns when the subscription stands, so that state read afterwards misses nothing;
        raises `TimeoutError`."""
        for group in groups:
            self._groups.setdefault(group, set()).add(inbox)
        standing = self._standing.get(tenant_id)
        if standing is None:
            standing = self._standing[tenant_id] = asyncio.get_running_loop().create_future()
            # A task of its own: the first caller may be cancelled while others wait for it.
            asking = asyncio.create_task(self._ask(tenant_id, standing))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)
        elif standing.done():
            return  # the subscription of all who are here already
        try:
            await asyncio.wait_for(asyncio.shield(standing), timeout=SUBSCRIBE_SECONDS)
        except TimeoutError:
            if self._standing.get(tenant_id) is standing and not standing.done():
                del self._standing[tenant_id]  # the next one asks again
            raise

    def leave(self, groups: Iterable[str], inbox: Inbox) -> None:
        """Removes the inbox from groups. The tenant's subscription stays: it is cheap, and visitors come and go."""
        for group in groups:
            members = self._groups.get(group)
            if members is not None:
                members.discard(inbox)
                if not members:
                    del self._groups[group]

    def move(self, old: Iterable[str], new: Iterable[str], inbox: Inbox) -> None:
        """Changes the inbox's groups within the tenant, whose subscription stands already."""
        for group in new:
            self._groups.setdefault(group, set()).add(inbox)
        self.leave(set(old) - set(new), inbox)

    def seconds_disconnected(self) -> float:
        """Seconds since the subscription was lost; 0 while it stands or was never needed, infinity where its reader
        died."""
        if self._reader is not None and self._reader.done():
            return math.inf
        since = self._disconnected_since
        return 0.0 if since is None else time.monotonic() - since

    async def close(self) -> None:
        """Closes the connections to Redis (tests and a clean shutdown)."""
        if self._reader is not None:
            self._reader.cancel()
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]
        await self._source.aclose()
        await self._redis.aclose()

    async def _ask(self, tenant_id: int, standing: "asyncio.Future[None]") -> None:
        """Subscribes to one more tenant. On failure all waiting callers get the error, and the next one tries again."""
        try:
            await self._subscribe([tenant_id])
        except Exception as error:
            log.warning("could not listen to tenant %s", tenant_id, exc_info=True)
            if self._standing.get(tenant_id) is standing and not standing.done():
                del self._standing[tenant_id]
                standing.set_exception(error)
                standing.exception()  # marks it as retrieved: perhaps nobody waits any more

    async def _subscribe(self, tenants: Iterable[int]) -> None:
        async with self._subscribing:
            await self._pubsub.subscribe(*[_redis_channel(tenant) for tenant in tenants])
            if self._reader is None or self._reader.done():
                self._reader = asyncio.create_task(self._read(), name="live hub")

    async def _read(self) -> None:
        """Runs for ever: any error costs a reconnect, never the reader."""
        while True:
            try:
                await self._listen()
            except Exception:
                log.warning("live subscription lost, connecting again", exc_info=True)
                await self._reconnect()

    async def _listen(self) -> None:
        """Handles messages; raises where Redis is gone, also silently: silence is answered by one PING."""
        asked = False
        while True:
            message = await self._pubsub.get_message(timeout=SILENCE_SECONDS)
            if message is not None:
                asked = False
                self._handle_message(message)
            elif asked:
                raise redis.ConnectionError("no sign of life")
            else:
                asked = True
                await self._pubsub.execute_command("PING", "kefu")

    async def _reconnect(self) -> None:
        if self._disconnected_since is None:
            self._disconnected_since = time.monotonic()
        while True:
            await asyncio.sleep(RECONNECT_SECONDS)
            try:
                await self._pubsub.aclose()  # type: ignore[no-untyped-call]
                self._pubsub = self._source.pubsub(ignore_subscribe_messages=False)
                self._lost = set(self._standing)
                await self._subscribe(self._lost)
            except Exception as error:  # noqa: BLE001 – the first one is in the log with its cause
                log.warning("no live subscription yet: %s", error)
                continue
            return

    def _handle_message(self, message: Mapping[str, Any]) -> None:
        """Handles one message; one that cannot be parsed is logged."""
        try:
            if message["type"] == "subscribe":
                self._confirmed(int(message["channel"].rsplit(b":", 1)[1]))
            elif message["type"] == "message" and not message["data"].startswith(self._own):
                _sender, frames = orjson.loads(message["data"])
                self.deliver(frames)
        except Exception:
            log.exception("a publication that is none of ours")

    def _confirmed(self, tenant_id: int) -> None:
        standing = self._standing.get(tenant_id)
        if standing is not None and not standing.done():
            standing.set_result(None)
        self._lost.discard(tenant_id)
        if self._disconnected_since is not None and not self._lost:
            self._disconnected_since = None
            for inbox in {inbox for members in self._groups.values() for inbox in members}:
                inbox.resync()

    def deliver(self, frames: Sequence[tuple[str, str]]) -> None:
        """Puts frames into the inboxes of their groups in this process."""
        for group, text in frames:
            if text == REQUEST_DIGEST:
                self.digests_requested_at[int(group.partition(":")[0])] = time.monotonic()
            for inbox in tuple(self._groups.get(group, ())):
                try:
                    inbox.resync() if text == REQUEST_DIGEST else inbox.put(text)
                except Exception:  # nobody's failure is another's
                    log.exception("a connection took no frame")


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    found = _hubs.get(loop)
    if found is None:
        found = _hubs[loop] = Hub()
    return found


def seconds_disconnected() -> float:
    """Seconds for which this process has had no subscription; from any thread."""
    return max((found.seconds_disconnected() for found in list(_hubs.values())), default=0.0)
