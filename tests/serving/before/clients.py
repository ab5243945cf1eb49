"""Browsers of agents and visitors that speak HTTP alone, with the addresses that docs/protocol.md promises.

Only what every release has: the same client asks the version that made a folder, and those that come after it.
"""

import json
import uuid
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass
class Browser:
    """Whoever has these cookies, or a visitor's token, at the product on that port of this machine."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def ask(self, path: str, body: bytes | None = None, kind: str = JSON) -> bytes:
        """GET, or POST of a body; fails where the answer is a refusal."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET" if body is None else "POST", path, body, self._head(kind))
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        assert answer.status < 400, f"{answer.status} for {path}: {content[-500:].decode(errors='replace')}"
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies.update({name: each.value for name, each in SimpleCookie(line).items()})
        return content

    def _head(self, kind: str) -> dict[str, str]:
        said = {"Content-Type": kind, "Accept-Language": "en"}
        if self.token:
            return said | {"Authorization": f"Bearer {self.token}"}
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return said | {"Cookie": cookies, "X-CSRFToken": self.cookies.get("csrf for forms", "")}

    def page(self, path: str) -> str:
        """A page's HTML."""
        return self.ask(path).decode()

    def json(self, path: str, wish: dict[str, Any] | None = None) -> dict[str, Any]:
        """An answer in JSON; to a wish where there is one."""
        found: dict[str, Any] = json.loads(self.ask(path, None if wish is None else json.dumps(wish).encode()))
        return found

    def sign_in(self, name: str, password: str) -> None:
        """As an agent, through the form."""
        self._refresh()
        self.ask("/sign-in/", urlencode({"name": name, "password": password}).encode(), FORM)
        assert self._refresh(), f"{name} is not signed in"

    def _refresh(self) -> str:
        """Fetch the secret that forms need; whose browser this is."""
        found = self.json("/session/")
        self.cookies["csrf for forms"] = found["token"]
        agent: str = found["agent"]
        return agent

    def go_on(self) -> str:
        """With the cookies of before: who is signed in."""
        return self._refresh()

    def come(self, channel: str) -> dict[str, Any]:
        """As the visitor of the token, or as somebody new; what the chat is told."""
        found = self.json("/api/visitor/session", {"channel": channel, "token": self.token or None, "locale": "en"})
        self.token = found["token"]
        return found

    @property
    def side(self) -> str:
        """Where commands go."""
        return "/api/visitor" if self.token else "/api/desk"

    def command(self, name: str, **said: Any) -> dict[str, Any]:
        """A command of the live protocol; its `ack`."""
        return self.json(f"{self.side}/command", {"t": name, "id": str(uuid.uuid4()), **said})

    def post(self, conversation: str | None, text: str = "", **said: Any) -> dict[str, Any]:
        """A message; as it was stored."""
        ack = self.command("message.post", conversation=conversation, **{"kind": "text", "text": text, **said})
        message: dict[str, Any] = ack["message"]
        return message

    def upload(self, name: str, content: bytes, kind: str) -> str:
        """A file that can be posted; its id."""
        line = uuid.uuid4().hex
        head = f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {kind}'
        body = b"".join((head.encode(), b"\r\n\r\n", content, f"\r\n--{line}--\r\n".encode()))
        found = json.loads(self.ask(f"{self.side}/files", body, f"multipart/form-data; boundary={line}"))
        return str(found["file"]["id"])
