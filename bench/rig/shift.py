"""A minute of a large company at work: conversations end and visitors come, and the product's own processes assign.

Needs Django to be set up.
"""

import asyncio
import random
import statistics
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import NamedTuple
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import Agent, Tenant
from accounts.provisioning import add_agent
from bench.rig import queues
from bench.rig.company import sign_in_browser
from bench.rig.contenders import Seat
from bench.rig.crowd import Crowd
from bench.rig.load import seated
from bench.rig.pace import at_rate, comes_true
from bench.rig.servers import Web
from bench.rig.sockets import Frame, Socket
from channels_app.models import Channel
from conversations.models import Conversation
from conversations.states import State
from core.tenancy.scope import tenant_scope

RATE = 205.0  # ends a second, and as many who come
AT_THE_DOOR = 20.0  # of these by session, socket and message; the others are written as rows
HANDFUL = 37  # rows written together
SECONDS = 60.0
HELD = 3  # conversations of an agent at the beginning: all that each may hold
SUPERVISORS = 40  # a socket handles one command at a time: enough that they are not what limits
LOOK_EVERY = 0.02  # seconds between two looks at what is committed
LOOK_BACK = 2000  # numbers of events: those of a transaction are taken before its commit
OURS = ("conversation.assigned", "conversation.ended")
DRAIN_SECONDS = 90.0
REFILL_SECONDS = 4.0

EVENTS = """
select id, name, conversation_id, (data ->> 'agent_id')::bigint, at, clock_timestamp() from core_event
where tenant_id = %s and (id > %s or id = any(%s))
"""


class Fact(NamedTuple):
    """An event of the log, when it was logged (before its commit), and when another connection first saw it."""

    id: int
    name: str
    conversation_id: int
    agent_id: int | None
    logged_at: datetime
    seen_at: datetime


@dataclass
class Observer:
    """Looks at the log from outside, as soon as something is committed, on a thread and a connection of its own."""

    tenant_id: int
    after: int
    facts: dict[int, Fact] = field(default_factory=dict)
    ended: int = 0
    assigned: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Observer":
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look_on(self) -> None:
        with tenant_scope(self.tenant_id):
            newest, missing = self.after, set[int]()
            while not self._stop.wait(LOOK_EVERY):
                found = self._look(newest, missing)
                latest = max([newest, *found])
                missing = {each for each in missing | {*range(newest + 1, latest)} if each > latest - LOOK_BACK} - found
                newest = latest
            self._look(self.after, set())
        connection.close()

    def _look(self, after: int, missing: Collection[int]) -> set[int]:
        """The events after a number, and those before it that were not there yet: each is read once."""
        with connection.cursor() as cursor:
            cursor.execute(EVENTS, [self.tenant_id, after, list(missing)])
            found = [Fact(*row) for row in cursor.fetchall()]
        for fact in found:
            if fact.name in OURS and fact.id not in self.facts:
                self.facts[fact.id] = fact
                self.ended += fact.name == "conversation.ended"
                self.assigned += fact.name == "conversation.assigned"
        return {fact.id for fact in found}


@dataclass
class Supervisors:
    """Desks that may end anybody's conversations; open loop: the next end does not wait for the last one."""

    sockets: Sequence[Socket]
    ids: deque[str]
    more: Callable[[], list[str]]
    answered: int = 0
    refused: list[str] = field(default_factory=list)

    def on_frame(self, frame: Frame) -> None:
        """Counts the answers."""
        if frame["t"] == "ack":
            self.answered += 1
        elif frame["t"] in ("refused", "error", "closed"):
            self.refused.append(str(frame.get("code")))

    async def end_at(self, rate: float, *, seconds: float) -> int:
        """Ends conversations at that rate; returns how many."""
        refill, count = asyncio.create_task(self._refill()), 0
        async for number in at_rate(rate, seconds=seconds):
            count += 1
            self.sockets[number % len(self.sockets)].send(
                {"t": "conversation.end", "id": str(uuid4()), "conversation": self.ids.popleft()}
            )
        refill.cancel()
        return count

    async def _refill(self) -> None:
        asked = set(self.ids)
        while True:
            await asyncio.sleep(REFILL_SECONDS)
            fresh = [each for each in await asyncio.to_thread(self.more) if each not in asked]
            asked.update(fresh)
            self.ids.extend(fresh)


def prepare(channel: Channel) -> list[Seat]:
    """Every agent holds all they may, `WAITING` wait; the supervisors' seats. Before the product runs: it would assign
    meanwhile."""
    with tenant_scope(channel.tenant_id):
        Tenant.objects.filter(pk=channel.tenant_id).update(max_agents=F("max_agents") + queues.LARGE + SUPERVISORS)
        _fill(channel)
        return [_supervisor(channel, number) for number in range(SUPERVISORS)]


def work(channel: Channel, seats: Sequence[Seat], web: Web) -> dict[str, float]:
    """The figures of the minute; `violations` among them."""
    with tenant_scope(channel.tenant_id):
        with connection.cursor() as cursor:
            cursor.execute("select coalesce(max(id), 0) from core_event")
            after = cursor.fetchone()[0]
        used = web.processor_seconds()
        with Observer(channel.tenant_id, after) as observer:
            found = asyncio.run(_minute(channel, web, seats, observer))
        used = web.processor_seconds() - used
        facts = list(observer.facts.values())
        return found | judge(facts) | {"minute_server_ms": used * 1000 / len(facts)}


def _supervisor(channel: Channel, number: int) -> Seat:
    name, password = f"{900_000 + number}", str(uuid4())
    add_agent(number=name, nickname=name, role="supervisor", password=password, groups=())
    session = sign_in_browser(f"{name}@{channel.tenant.code}", password)
    return Seat("/ws/desk/", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})


def _fill(channel: Channel) -> None:
    """Every agent holds as many as they may, and there they stay: nobody is absent."""
    team = Agent.objects.filter(memberships__isnull=False).distinct()
    Agent.objects.filter(pk__in=team.values("pk")).update(
        max_concurrent=Greatest(F("load"), HELD), seen_at=timezone.now() + timedelta(hours=1), status="online"
    )
    places = [agent for agent in team for _ in range(agent.load, HELD)]
    rows = list(queues.conversations(channel, len(places), state=State.ACTIVE, assigned_at=timezone.now()))
    for row, agent in zip(rows, places, strict=True):
        row.agent = agent
    queues.store(iter(rows))
    queues.let_wait(channel, queues.WAITING - Conversation.objects.filter(state=State.QUEUED).count())


def _active(tenant_id: int) -> list[str]:
    """Public ids of the conversations that are held, in any order; for a thread."""
    with tenant_scope(tenant_id):
        found = list(Conversation.objects.filter(state=State.ACTIVE).values_list("public_id", flat=True))
    connection.close()
    random.shuffle(found)
    return found


async def _minute(channel: Channel, web: Web, seats: Sequence[Seat], observer: Observer) -> dict[str, float]:
    active = partial(_active, channel.tenant_id)
    supervisors = Supervisors((), deque(await asyncio.to_thread(active)), active)
    crowd = Crowd(web.port, channel.public_id)
    async with seated(web.port, [(seat, supervisors.on_frame) for seat in seats]) as sockets:
        supervisors.sockets = sockets
        written = asyncio.create_task(_let_come(channel))
        coming = asyncio.create_task(crowd.come_at(AT_THE_DOOR, seconds=SECONDS))
        asked = await supervisors.end_at(RATE, seconds=SECONDS)
        came = await coming
        await written
        await comes_true(
            lambda: observer.assigned >= observer.ended and supervisors.answered + len(supervisors.refused) >= asked,
            within=DRAIN_SECONDS,
        )
        await crowd.leave()
    met = [(each.acknowledged - each.began) * 1000 for each in came if each.acknowledged]
    return {
        "minute_arrivals_at_the_door": len(met) / SECONDS,
        "minute_arrival_ms_p95": statistics.quantiles(met, n=100, method="inclusive")[94],
        "minute_refused": float(len(supervisors.refused) + len(crowd.failures) + asked - supervisors.answered),
    }


async def _let_come(channel: Channel) -> None:
    """Those who come by another way than through the web process under test, a handful at once."""
    async for _ in at_rate((RATE - AT_THE_DOOR) / HANDFUL, seconds=SECONDS):
        await asyncio.to_thread(_write, channel)


def _write(channel: Channel) -> None:
    with tenant_scope(channel.tenant_id):
        queues.let_wait(channel, HANDFUL)
    connection.close()


class Places(NamedTuple):
    """Milliseconds for which places were free until they were filled, and how many were filled that were not free, or
    left free."""

    waits: list[float]
    never_free: int
    left_free: int


def places(facts: Iterable[Fact]) -> Places:
    """Each end frees a place of its agent, and the agent's next assignment fills the one that has been free for
    longest."""
    free: defaultdict[int, deque[datetime]] = defaultdict(deque)
    waits, never_free = [], 0
    for fact in sorted(facts):
        since = free[fact.agent_id or 0]
        if fact.name == "conversation.ended":
            since.append(fact.logged_at)
        elif since:
            waits.append((fact.seen_at - since.popleft()).total_seconds() * 1000)
        else:
            never_free += 1
    return Places(waits, never_free, sum(map(len, free.values())))


def judge(facts: Sequence[Fact]) -> dict[str, float]:
    """Latencies and broken rules, from the log alone."""
    found = places(facts)
    assigned = [fact for fact in sorted(facts) if fact.name == "conversation.assigned"]
    seconds = (max(fact.seen_at for fact in assigned) - min(fact.logged_at for fact in facts)).total_seconds()
    times = statistics.quantiles(found.waits, n=100, method="inclusive")
    broken = found.never_free + found.left_free + _broken([fact.conversation_id for fact in assigned])
    return {
        "assign_ms_p50": times[49],
        "assign_ms_p95": times[94],
        "assign_ms_p99": times[98],
        "assigned_per_second": len(assigned) / seconds,
        "violations": float(broken),
    }


def _broken(assigned: Sequence[int]) -> int:
    """Conversations assigned twice, or before others who had waited for longer; agents above their maximum, or whose
    load is not what they hold."""
    queued = Conversation.objects.in_bulk(assigned)
    order = [(queued[each].queued_at or timezone.now(), each) for each in assigned]
    above = Agent.objects.filter(load__gt=F("max_concurrent")).count()
    return len(assigned) - len(set(assigned)) + sum(a > b for a, b in pairwise(order)) + above + queues.wrong_loads()
