"""The other end of the line: a browser's socket and its signed-in cookie, without the browser.

The sockets talk to the whole ASGI application. What arrives is kept in order, so that a test can ask for a frame and
also prove that another one never came.
"""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest
from django.test import AsyncClient, Client

from accounts.models import Agent
from accounts.sign_in.backend import _open_session
from accounts.sign_in.sessions import SessionStore
from conversations.posting.batcher import poster
from core.events.catalogue import all_events
from core.live import hub
from core.tenancy.scope import tenant_scope
from kefu.asgi import application
from tests.cast import Company
from tests.eventually import PATIENCE, News, soon
from tests.house.documents import carried

Frame = dict[str, Any]
HOST = "testserver"
EVENTS = {event.name: event for event in all_events()}
MARKER = "a marker of the tests"


def session_of(agent: Agent) -> str:
    """The session key of a fresh sign-in."""
    request: Any = HttpRequest()
    request.session = SessionStore()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    with tenant_scope(agent.tenant_id):
        _open_session(request, agent, "127.0.0.1")
    request.session.save()
    return str(request.session.session_key)


def signed_in(agent: Agent) -> Client:
    """A browser of the agent."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(agent)
    return client


def signed_in_async(agent: Agent) -> AsyncClient:
    """The same for asynchronous views."""
    client = AsyncClient()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(agent)
    return client


class Socket:
    """One connection to the application."""

    def __init__(self, path: str, *, origin: str | None = f"http://{HOST}", cookie: str = "", host: str = HOST) -> None:
        headers = [(b"host", host.encode())]
        headers += [(b"origin", origin.encode())] if origin is not None else []
        headers += [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())] if cookie else []
        self.path = path
        self.scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": headers,
            "subprotocols": ["kefu.v1"],
            "client": ("127.0.0.1", 1),
        }
        self.inbox: asyncio.Queue[Frame] = asyncio.Queue()
        self.frames: list[Frame] = []
        self.markers: set[str] = set()
        self.accepted: Frame | None = None
        self.code: int | None = None
        self.news = News()
        self.task: asyncio.Task[None] | None = None
        self.undocumented: list[Frame] = []

    async def __aenter__(self) -> "Socket":
        self.task = asyncio.create_task(application(self.scope, self.inbox.get, self._take))
        self.inbox.put_nowait({"type": "websocket.connect"})
        await self.until(lambda: self.accepted is not None or self.code is not None)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})
        if self.task is not None:
            await asyncio.wait_for(self.task, PATIENCE)
        assert self.undocumented == [], "their events say otherwise (`carries`)"

    async def _take(self, message: Frame) -> None:
        if message["type"] == "websocket.accept":
            self.accepted = message
        elif message["type"] == "websocket.close":
            self.code = message["code"]
        else:
            frame = orjson.loads(message["text"])
            if frame["t"] == MARKER:
                self.markers.add(frame["number"])
            else:
                self.frames.append(frame)
                self.undocumented += [frame] if undocumented(frame, self.path) else []
        self.news.ring()

    async def until(self, condition: Callable[[], Any], *, within: float = PATIENCE) -> None:
        """Wait for frames until the condition is true."""
        await self.news.until(condition, within=within, so_far=lambda: f"closed: {self.code}, heard: {self.frames}")

    def send_raw(self, text: str) -> None:
        """Text as it is."""
        self.inbox.put_nowait({"type": "websocket.receive", "text": text})

    def send(self, frame: Frame) -> None:
        """A frame."""
        self.send_raw(orjson.dumps(frame).decode())

    async def hear(self, kind: str, **fields: Any) -> Frame:
        """The next frame of a kind with these fields; takes it away."""

        def matching() -> Frame | None:
            wanted = {"t": kind, **fields}
            return next((frame for frame in self.frames if wanted.items() <= frame.items()), None)

        await self.until(matching)
        found = matching()
        assert found is not None
        self.frames = [frame for frame in self.frames if frame is not found]
        return found

    async def ask(self, command: str, fields: Frame | None = None, **more: Any) -> Frame:
        """Send a command and take its answer."""
        frame = {"t": command, "id": str(uuid.uuid4())} | (fields or {}) | more
        number, before = frame["id"], len(self.frames)
        self.send(frame)

        def answer() -> Frame | None:
            later = self.frames[before:]
            return next((each for each in later if each.get("id") == number or each["t"] == "error"), None)

        await self.until(answer)
        found = answer()
        assert found is not None
        self.frames.remove(found)
        return found

    async def hello(self, **fields: Any) -> Frame:
        """Say hello and take `ready`."""
        self.send({"t": "hello", "id": str(uuid.uuid4()), **fields})
        return await self.hear("ready")

    async def closed(self) -> int:
        """The code with which the other side closes."""
        await self.until(lambda: self.code is not None)
        assert self.code is not None
        return self.code

    async def settle(self, company: Company) -> None:
        """Afterwards everything that was committed before has been told, and has arrived here."""
        await soon(lambda: poster(company.tenant.pk).task is None)
        number = str(uuid.uuid4())
        marker = orjson.dumps({"t": MARKER, "number": number}).decode()
        groups = [group for group in hub.hub()._groups if group.startswith(f"{company.tenant.pk}:")]
        await hub.publish_soon(company.tenant.pk, [(group, marker) for group in groups])
        await self.until(lambda: number in self.markers)


def undocumented(frame: Frame, path: str) -> set[str]:
    """The fields that docs/protocol.md does not have for a frame of an event."""
    event = EVENTS.get(frame["t"])
    if event is None:
        return set()
    known = {"t", "conversation", "seq", *carried(event), *(event.for_agents if path == "/ws/desk/" else ())}
    return set(frame) - known


def visitor_socket(**options: Any) -> Socket:
    """A visitor's."""
    return Socket("/ws/visitor/", **options)


def desk_socket(agent: Agent, **options: Any) -> Socket:
    """An agent's tab."""
    return Socket("/ws/desk/", cookie=session_of(agent), **options)


def bearer(token: str) -> dict[str, str]:
    """The header of a visitor's requests."""
    return {"Authorization": f"Bearer {token}"}
