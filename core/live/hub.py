"""The only sender of frames, and the hub that hands them to the sockets of this process.

Transport: one Redis subscription per process, one Redis channel per tenant, a local table of groups
(`core/live/groups.py`). A frame is encoded once (`core/live/frames.py`).
"""

import asyncio
import hashlib
import logging
import math
import time
from collections.abc import Iterable, Mapping, Sequence
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
    """A name of this installation. Redis publishes across its databases, so two installations on one server need it."""
    secret = f"{connection.settings_dict['NAME']} {settings.SECRET_KEY}"
    return hashlib.blake2s(secret.encode(), digest_size=6).hexdigest()


def is_anybody_listening() -> bool:
    """Whether a web process serves somebody, or has since it was started: its subscriptions stay."""
    return bool(breaker.client().pubsub_channels(f"kefu:live:{_installation()}:*"))


def publish(tenant_id: int, frames: Sequence[tuple[str, str]]) -> None:
    """Send to all processes. A frame is a hint: when Redis is away this logs, and digests make it good."""
    if not frames:
        return
    try:
        breaker.client().publish(_redis_channel(tenant_id), orjson.dumps(["", frames]))
    except redis.RedisError:
        log.warning("could not tell %d frames", len(frames), exc_info=True)


def request_digests(tenant_id: int, groups: Iterable[str]) -> None:
    """Let the connections of these groups read the tables within a second: their next digest says what is true now."""
    publish(tenant_id, [(group, REQUEST_DIGEST) for group in groups])


async def publish_soon(tenant_id: int, frames: Sequence[tuple[str, str]]) -> None:
    """`tell` for code on the event loop."""
    if frames:
        await hub().tell(tenant_id, frames)


class Inbox(Protocol):
    """A socket, stream or poll of this process."""

    def put(self, text: str) -> None:
        """Queue an encoded frame; must not block."""

    def resync(self) -> None:
        """Frames may have been lost: look at the tables soon."""


class Hub:
    """Who listens to what in this process, and the one subscription that feeds them.

    Whatever happens to it, it connects again, and then lets everybody look at the tables: no publication, and nobody
    who hangs up, can leave it deaf.
    """

    def __init__(self) -> None:
        self._name = random_id()
        self._groups: dict[str, set[Inbox]] = {}
        # Done when Redis confirmed the tenant's channel for the first time.
        self._standing: dict[int, asyncio.Future[None]] = {}
        self._asking: set[asyncio.Task[None]] = set()
        # After a loss: whose channels Redis has not confirmed again.
        self._lost: set[int] = set()
        self._redis = breaker.new_async_client()
        # The reader waits alone, tries again for ever and asks for a sign of life itself (`_listen`).
        options = breaker.OPTIONS | {"health_check_interval": 0}
        self._source = redis.asyncio.Redis.from_url(settings.REDIS_URL, retry=AsyncRetry(NoBackoff(), 0), **options)
        self._pubsub = self._source.pubsub(ignore_subscribe_messages=False)
        self._reader: asyncio.Task[None] | None = None
        self._deaf_since: float | None = None
        # By tenant, of time.monotonic(): when somebody was last told to look again.
        self.looked_at: dict[int, float] = {}

    async def tell(self, tenant_id: int, frames: Sequence[tuple[str, str]]) -> None:
        """See `tell` of the module. Who listens in this very process does not wait for Redis to bring it back."""
        self._deliver(frames)
        try:
            await self._redis.publish(_redis_channel(tenant_id), orjson.dumps([self._name, frames]))
        except (redis.RedisError, OSError):
            log.warning("could not tell %d frames", len(frames), exc_info=True)

    async def join(self, tenant_id: int, groups: Iterable[str], inbox: Inbox) -> None:
        """Listen. Returns when the subscription stands, so that state read afterwards misses nothing."""
        for group in groups:
            self._groups.setdefault(group, set()).add(inbox)
        standing = self._standing.get(tenant_id)
        if standing is None:
            standing = self._standing[tenant_id] = asyncio.get_running_loop().create_future()
            # A task of its own: who asked first may hang up, and the others still wait for it.
            asking = asyncio.create_task(self._ask(tenant_id, standing))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)
        await asyncio.wait_for(asyncio.shield(standing), timeout=SUBSCRIBE_SECONDS)

    def leave(self, groups: Iterable[str], inbox: Inbox) -> None:
        """Stop listening. The tenant's subscription stays: it is cheap, and visitors come and go."""
        for group in groups:
            members = self._groups.get(group)
            if members is not None:
                members.discard(inbox)
                if not members:
                    del self._groups[group]

    def move(self, old: Iterable[str], new: Iterable[str], inbox: Inbox) -> None:
        """Listen elsewhere within the tenant, whose subscription stands already."""
        for group in new:
            self._groups.setdefault(group, set()).add(inbox)
        self.leave(set(old) - set(new), inbox)

    def deaf_for(self) -> float:
        """Seconds since the subscription was lost; 0 while it stands, and as long as nobody needed one."""
        if self._reader is not None and self._reader.done():
            return math.inf
        since = self._deaf_since
        return 0.0 if since is None else time.monotonic() - since

    async def close(self) -> None:
        """Leave Redis (tests and a clean shutdown)."""
        if self._reader is not None:
            self._reader.cancel()
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]
        await self._source.aclose()
        await self._redis.aclose()

    async def _ask(self, tenant_id: int, standing: "asyncio.Future[None]") -> None:
        """Subscribe to one more tenant. Where that fails, all who wait for it are told, and the next one asks anew."""
        try:
            await self._subscribe([tenant_id])
        except Exception as error:
            log.warning("could not listen to tenant %s", tenant_id, exc_info=True)
            if self._standing.get(tenant_id) is standing and not standing.done():
                del self._standing[tenant_id]
                standing.set_exception(error)
                standing.exception()  # seen: perhaps nobody waits any more

    async def _subscribe(self, tenants: Iterable[int]) -> None:
        await self._pubsub.subscribe(*[_redis_channel(tenant) for tenant in tenants])
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read(), name="live hub")

    async def _read(self) -> None:
        """For ever. An error of any kind costs a new connection, and never the reader."""
        while True:
            try:
                await self._listen()
            except Exception:
                log.warning("live subscription lost, connecting again", exc_info=True)
                await self._reconnect()

    async def _listen(self) -> None:
        """Hear; raises when Redis is gone, also where a network says nothing about it: silence is asked once."""
        asked = False
        while True:
            message = await self._pubsub.get_message(timeout=SILENCE_SECONDS)
            if message is not None:
                asked = False
                self._hear(message)
            elif asked:
                raise redis.ConnectionError("no sign of life")
            else:
                asked = True
                await self._pubsub.execute_command("PING", "kefu")

    async def _reconnect(self) -> None:
        if self._deaf_since is None:
            self._deaf_since = time.monotonic()
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

    def _hear(self, message: Mapping[str, Any]) -> None:
        """One that cannot be understood is logged; those after it are heard."""
        try:
            if message["type"] == "subscribe":
                self._confirmed(int(message["channel"].rsplit(b":", 1)[1]))
            elif message["type"] == "message":
                sender, frames = orjson.loads(message["data"])
                if sender != self._name:
                    self._deliver(frames)
        except Exception:
            log.exception("a publication that is none of ours")

    def _confirmed(self, tenant_id: int) -> None:
        standing = self._standing.get(tenant_id)
        if standing is not None and not standing.done():
            standing.set_result(None)
        self._lost.discard(tenant_id)
        if self._deaf_since is not None and not self._lost:
            self._deaf_since = None
            for inbox in {inbox for members in self._groups.values() for inbox in members}:
                inbox.resync()

    def _deliver(self, frames: Sequence[tuple[str, str]]) -> None:
        for group, text in frames:
            if text == REQUEST_DIGEST:
                self.looked_at[int(group.partition(":")[0])] = time.monotonic()
            for inbox in tuple(self._groups.get(group, ())):
                try:
                    inbox.resync() if text == REQUEST_DIGEST else inbox.put(text)
                except Exception:  # nobody's failure is another's
                    log.exception("a line took no frame")


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    found = _hubs.get(loop)
    if found is None:
        found = _hubs[loop] = Hub()
    return found


def deaf_for() -> float:
    """Seconds for which this process has heard nothing from the others; from any thread."""
    return max((found.deaf_for() for found in list(_hubs.values())), default=0.0)
