"""The only sender of frames, and the hub that hands them to the sockets of this process.

Transport: one Redis subscription per process, one Redis channel per tenant, a local table of groups. A frame is encoded
once. Group names are made here and nowhere else, and each begins with its tenant.
"""

import asyncio
import hashlib
import logging
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
from redis.retry import Retry

from core.events import Audience, ConversationEvent, Event
from core.tenancy import random_id

log = logging.getLogger(__name__)
Frames = list[tuple[str, str]]
LOOK = ""  # instead of a frame, for the lines alone: what they know of their party may not be true any more
RECONNECT_SECONDS = 1.0
SUBSCRIBE_SECONDS = 5.0
# A server that hangs must not hold up the messages that come after, and a publication that timed out may have been
# heard: it is not repeated. What a client misses it finds by its digests.
TIMEOUTS: dict[str, Any] = {"socket_timeout": 2, "socket_connect_timeout": 2, "health_check_interval": 20}


def visitor_group(tenant_id: int, customer_id: int, channel_id: int) -> str:
    """The pages of one customer on one channel."""
    return f"{tenant_id}:visitor:{customer_id}:{channel_id}"


def agent_group(tenant_id: int, agent_id: int) -> str:
    """The tabs of one agent."""
    return f"{tenant_id}:agent:{agent_id}"


def queue_group(tenant_id: int, service_account_id: int) -> str:
    """The agents who serve one service account."""
    return f"{tenant_id}:queue:{service_account_id}"


def desk_group(tenant_id: int) -> str:
    """All agents of a tenant."""
    return f"{tenant_id}:desk"


def groups_of(event: Event, audience: Audience) -> list[str]:
    """Where an audience of an event listens."""
    tenant = event.tenant_id
    if audience is Audience.DESK:
        return [desk_group(tenant)]
    if not isinstance(event, ConversationEvent):
        return []
    if audience is Audience.VISITOR:
        return [visitor_group(tenant, event.customer_id, event.channel_id)]
    if audience is Audience.QUEUE:
        return [queue_group(tenant, event.service_account_id)]
    return [agent_group(tenant, agent_id) for agent_id in event.holders]


def encode(frame: Mapping[str, Any]) -> str:
    """A frame as it goes over the wire."""
    return orjson.dumps(frame).decode()


def frames_of(event: Event, show: Mapping[Audience, Mapping[str, Any]]) -> Frames:
    """One encoded frame per audience that has something to see; audiences outside the type are an error."""
    frames: Frames = []
    for audience, content in show.items():
        if audience not in event.audience:
            raise ValueError(f"{event.name} is not for {audience}")
        text = encode(head(event, audience) | dict(content))
        frames += [(group, text) for group in groups_of(event, audience)]
    return frames


def head(event: Event, audience: Audience) -> dict[str, Any]:
    """The fields that every frame of this event begins with."""
    frame: dict[str, Any] = {"t": event.name}
    if isinstance(event, ConversationEvent):
        frame["conversation"] = event.conversation
        seq = event.visitor_seq if audience is Audience.VISITOR else event.seq
        if seq is not None:
            frame["seq"] = seq
    return frame


def _redis_channel(tenant_id: int) -> str:
    return f"kefu:live:{_installation()}:{tenant_id}"


@cache
def _installation() -> str:
    """A name of this installation. Redis publishes across its databases, so two installations on one server need it."""
    secret = f"{connection.settings_dict['NAME']} {settings.SECRET_KEY}"
    return hashlib.blake2s(secret.encode(), digest_size=6).hexdigest()


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), **TIMEOUTS)


def tell(tenant_id: int, frames: Sequence[tuple[str, str]]) -> None:
    """Send to all processes. A frame is a hint: when Redis is away this logs, and digests make it good."""
    if not frames:
        return
    try:
        _client().publish(_redis_channel(tenant_id), orjson.dumps(["", frames]))
    except redis.RedisError:
        log.warning("could not tell %d frames", len(frames), exc_info=True)


def look_again(tenant_id: int, groups: Iterable[str]) -> None:
    """Let the lines of these groups read the tables within a second: their next digest says what is true now."""
    tell(tenant_id, [(group, LOOK) for group in groups])


async def tell_soon(tenant_id: int, frames: Sequence[tuple[str, str]]) -> None:
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
    """Who listens to what in this process, and the one subscription that feeds them."""

    def __init__(self) -> None:
        self._name = random_id()
        self._groups: dict[str, set[Inbox]] = {}
        self._confirmed: dict[int, asyncio.Event] = {}
        self._redis = redis.asyncio.Redis.from_url(settings.REDIS_URL, retry=AsyncRetry(NoBackoff(), 0), **TIMEOUTS)
        self._pubsub = self._redis.pubsub(ignore_subscribe_messages=False)
        self._reader: asyncio.Task[None] | None = None

    async def tell(self, tenant_id: int, frames: Sequence[tuple[str, str]]) -> None:
        """See `tell` of the module. Who listens in this very process does not wait for Redis to bring it back."""
        self._deliver(frames)
        try:
            await self._redis.publish(_redis_channel(tenant_id), orjson.dumps([self._name, frames]))
        except redis.RedisError:
            log.warning("could not tell %d frames", len(frames), exc_info=True)

    async def join(self, tenant_id: int, groups: Iterable[str], inbox: Inbox) -> None:
        """Listen. Returns when the subscription stands, so that state read afterwards misses nothing."""
        for group in groups:
            self._groups.setdefault(group, set()).add(inbox)
        if tenant_id not in self._confirmed:
            self._confirmed[tenant_id] = asyncio.Event()
            try:
                await self._subscribe([tenant_id])
            except (redis.RedisError, OSError):
                del self._confirmed[tenant_id]
                raise
        await asyncio.wait_for(self._confirmed[tenant_id].wait(), timeout=SUBSCRIBE_SECONDS)

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

    async def _subscribe(self, tenants: Iterable[int]) -> None:
        await self._pubsub.subscribe(*[_redis_channel(tenant) for tenant in tenants])
        if self._reader is None:
            self._reader = asyncio.create_task(self._read(), name="live hub")

    async def _read(self) -> None:
        while True:
            try:
                message = await self._pubsub.get_message(timeout=30)
                if message is not None:
                    self._hear(message)
            except (redis.RedisError, OSError):
                log.warning("live subscription lost, connecting again", exc_info=True)
                await self._reconnect()

    async def _reconnect(self) -> None:
        while True:
            await asyncio.sleep(RECONNECT_SECONDS)
            try:
                await self._pubsub.aclose()  # type: ignore[no-untyped-call]
                self._pubsub = self._redis.pubsub(ignore_subscribe_messages=False)
                await self._subscribe(list(self._confirmed))
            except (redis.RedisError, OSError):
                continue
            for inbox in {inbox for members in self._groups.values() for inbox in members}:
                inbox.resync()
            return

    def _hear(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "subscribe":
            tenant_id = int(message["channel"].rsplit(b":", 1)[1])
            self._confirmed[tenant_id].set()
        elif message["type"] == "message":
            sender, frames = orjson.loads(message["data"])
            if sender != self._name:
                self._deliver(frames)

    def _deliver(self, frames: Sequence[tuple[str, str]]) -> None:
        for group, text in frames:
            for inbox in tuple(self._groups.get(group, ())):
                if text == LOOK:
                    inbox.resync()
                else:
                    inbox.put(text)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    found = _hubs.get(loop)
    if found is None:
        found = _hubs[loop] = Hub()
    return found
