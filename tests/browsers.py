"""HTTP requests to the application as a server makes them: each with a thread of its own for what is synchronous, many
at once, and answers that are read while they come. Django's test client runs all of them on one thread."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string

from kefu.asgi import application
from tests.eventually import PATIENCE, News

HOST = "localhost"


class Request:
    """One POST under way. `async with` hangs up at the end."""

    def __init__(self, path: str, body: dict[str, Any], *, token: str = "", cookie: str = "") -> None:
        headers = {"host": HOST, "content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        if cookie:
            csrf = _get_new_csrf_string()
            headers |= {"cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}; {settings.CSRF_COOKIE_NAME}={csrf}"}
            headers |= {"x-csrftoken": csrf}
        self.scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": (HOST, 80),
            "scheme": "http",
        }
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.inbox.put_nowait({"type": "http.request", "body": orjson.dumps(body), "more_body": False})
        self.status = 0
        self.body = b""
        self.ended = False
        self.news = News()
        self.task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Request":
        self.task = asyncio.create_task(application(self.scope, self.inbox.get, self._take))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.hang_up()

    async def hang_up(self) -> None:
        """The client goes away."""
        self.inbox.put_nowait({"type": "http.disconnect"})
        if self.task is not None:
            await asyncio.wait_for(self.task, PATIENCE)

    async def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body += message.get("body", b"")
            self.ended = not message.get("more_body", False)
        self.news.ring()

    async def until(self, condition: Callable[[], Any], *, within: float = PATIENCE) -> None:
        """Wait for the answer until the condition is true."""
        await self.news.until(condition, within=within, so_far=lambda: f"{self.status} {self.body[:300]!r}")

    async def heard(self, kind: str, *, within: float = PATIENCE) -> None:
        """Until a stream told such a frame."""
        await self.until(lambda: any(frame["t"] == kind for frame in self.frames), within=within)

    @property
    def json(self) -> Any:
        """The whole answer."""
        return orjson.loads(self.body)

    @property
    def frames(self) -> list[dict[str, Any]]:
        """What a stream told so far."""
        lines = self.body.decode().split("\n\n")
        return [orjson.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


async def post(path: str, body: dict[str, Any], *, token: str = "", cookie: str = "") -> Request:
    """A request and its whole answer."""
    async with Request(path, body, token=token, cookie=cookie) as request:
        await request.until(lambda: request.ended)
    return request
