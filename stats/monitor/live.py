"""The client of the live monitor and its socket: the snapshot on `ready`, and in each digest that differs from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import orjson

from accounts.models import Agent, Session
from accounts.permissions import Permission
from accounts.sign_in.cookies import agent_of_cookies, cookies_of
from accounts.sign_in.sessions import extend_sessions
from core import clock
from core.live.commands import Frame, Handler
from core.live.connections import DigestInterval, HelloRefused
from core.live.websocket import LiveSocket, language_of
from core.live.wire import milliseconds
from core.tenancy.scope import tenant_scope
from core.tenancy.threads import in_thread
from stats.monitor.snapshot import Snapshot, snapshot


@dataclass(slots=True, eq=False)
class Monitor:
    """Read-only client: one browser tab, no commands, no events, a digest every two seconds. `sent`: what it has."""

    tenant_id: int
    session_key: str
    language: str
    sent: bytes = b""
    commands: ClassVar[dict[str, Handler]] = {}
    digest_interval: ClassVar[DigestInterval] = DigestInterval(2.0, together=True)

    @property
    def key(self) -> str:
        """Names the session: all of its tabs are one client to limits and sign-out."""
        return f"{self.tenant_id}:monitor:{self.session_key}"

    def groups(self) -> list[str]:
        """None: frames of events are not for it, digests bring everything."""
        return []

    async def ready(self, after: Mapping[str, int]) -> list[Frame]:
        """`ready` with the snapshot; `after` is not read, as there is nothing to replay."""
        seen = await in_thread(numbers, self.tenant_id)
        return [{"t": "ready", **self.frame(seen, orjson.dumps(seen))}]

    async def disconnected(self) -> None:
        """Nothing to do: a monitor leaves no trace in presence."""

    @classmethod
    async def digests(cls, tenant_id: int, clients: Sequence["Monitor"]) -> list[Frame | None]:
        """One per client, in their order, from one snapshot; None cuts off a session that may not look any more."""
        keys = [client.session_key for client in clients]
        welcome, seen = await in_thread(numbers_for, tenant_id, keys)
        stamp = orjson.dumps(seen)
        return [
            {"t": "digest", **client.frame(seen, stamp)} if client.session_key in welcome else None
            for client in clients
        ]

    def frame(self, seen: Snapshot, stamp: bytes) -> Frame:
        """`now` (ms), and `monitor` only where the snapshot differs from what this tab was sent last."""
        if stamp == self.sent:
            return {"now": milliseconds(clock.now())}
        self.sent = stamp
        return {"now": milliseconds(clock.now()), "monitor": seen}


def numbers(tenant_id: int) -> Snapshot:
    """The tenant's snapshot; enters its scope."""
    with tenant_scope(tenant_id):
        return snapshot()


def numbers_for(tenant_id: int, session_keys: Sequence[str]) -> tuple[set[str], Snapshot]:
    """The sessions that may still look, and the snapshot: empty, without a query, where none may. Enters the scope."""
    with tenant_scope(tenant_id):
        welcome = watchers(session_keys)
        return welcome, snapshot() if welcome else {}


def watchers(session_keys: Sequence[str]) -> set[str]:
    """Keys of the sessions that are signed in, of enabled agents whose role has the monitor; extends these sessions."""
    allowed = Agent.objects.filter(is_active=True, role__permissions__contains=[Permission.MONITOR])
    signed_in = Session.objects.filter(session_key__in=session_keys, expire_date__gt=clock.now())
    found = list(signed_in.filter(agent__in=allowed).defer("session_data"))
    extend_sessions(found)
    return {row.session_key for row in found}


class MonitorSocket(LiveSocket):
    """Without a session, or with a role that has no monitor, `hello` closes with 4401."""

    async def greet(self, hello: Frame) -> Monitor:
        """The client of the session cookie; refuses with 4401."""
        found = await in_thread(monitor_of, cookies_of(self.scope), language_of(hello.get("locale")))
        if found is None:
            raise HelloRefused(4401)
        return found


def monitor_of(cookies: dict[str, str], language: str) -> Monitor | None:
    """The client of a session cookie; None without a session, or without the permission."""
    found = agent_of_cookies(cookies, Permission.MONITOR)
    return None if found is None else Monitor(found[0].tenant_id, found[1], language)
