"""Daphne on uvloop, with bounded request bodies: `python -m kefu.serving.daphne` takes the options of `daphne`.

uvloop carries the same messages in less processor time than asyncio's own loop
(docs/decisions/0018-daphne-runs-on-uvloop.md).

Daphne buffers a request whole, in a file and then in memory, before the application sees it. Here each route states its
limit (`core/web/routes.py`), and a larger request is refused and not read any further.
"""

import io
import json
import time
from collections import Counter, defaultdict
from collections.abc import Hashable
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import unquote_to_bytes

import autobahn.twisted.websocket
import autobahn.websocket.protocol
import uvloop
from django.urls import Resolver404, resolve
from twisted.internet import asyncioreactor

# Before Daphne, which takes the reactor that is there.
asyncioreactor.install(uvloop.new_event_loop())  # type: ignore[no-untyped-call]

from daphne import server  # noqa: E402
from daphne.cli import CommandLineInterface  # noqa: E402
from daphne.http_protocol import HTTPFactory, WebRequest  # noqa: E402
from twisted.internet import reactor  # noqa: E402

from core.web.addresses import address_behind_proxy, network_of  # noqa: E402
from core.web.bodies import LARGEST_BODY  # noqa: E402
from kefu.serving.text_frames import TextFactory  # noqa: E402

# Bytes of request bodies that this process buffers at a time: of routes that take files, and of all others.
MAX_BYTES_OF_UPLOADS, MAX_BYTES_OF_OTHERS = 256 * 1024 * 1024, 64 * 1024 * 1024
# The divisor for one network's part of it, which fits two of the largest files.
SHARE = 4
# Seconds in which further input is discarded: closed at once, the answer would be lost to a reset.
LINGER_SECONDS = 5
TOO_LARGE, BUSY = "too_large", "busy"
STATUS = {TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE, BUSY: HTTPStatus.SERVICE_UNAVAILABLE}


class ByteBudget:
    """A limit of buffered bytes, in all and per network.

    Where it is exceeded, the oldest request of the client with the largest sum of bytes times seconds is refused; of
    one network only, where that network exceeds its share. So neither slow large requests nor many repeated ones keep
    out others.
    """

    def __init__(self, most: int) -> None:
        self.most, self.share = most, most // SHARE
        self.held = 0
        self.held_by: Counter[str] = Counter()
        self.reading: dict[BoundedRequest, None] = {}  # in the order in which they began

    def refuses(self, newcomer: "BoundedRequest") -> bool:
        """Refuses requests until the limits hold; returns whether `newcomer` was refused itself."""
        while (over_share := self.held_by[newcomer.network] > self.share) or self.held > self.most:
            candidates = [each for each in self.reading if not over_share or each.network == newcomer.network]
            chosen = request_to_evict(candidates) or newcomer
            chosen.refuse(BUSY)
            if chosen is newcomer:
                return True
        return False


def request_to_evict(candidates: "list[BoundedRequest]") -> "BoundedRequest | None":
    """The oldest request of the client with the largest sum of bytes times seconds; None without candidates."""
    held: defaultdict[Hashable, float] = defaultdict(float)
    now = time.monotonic()
    for each in candidates:
        held[each.caller] += each.held * (now - each.began)
    most = max(held.values(), default=0)
    return next((each for each in candidates if held[each.caller] == most), None)


class BoundedRequest(WebRequest):  # type: ignore[misc]
    """A request that can be refused by its headers or while it is read."""

    # Separate limits: however many files are uploaded, pages and messages get through.
    uploads: ClassVar[ByteBudget] = ByteBudget(MAX_BYTES_OF_UPLOADS)
    others: ClassVar[ByteBudget] = ByteBudget(MAX_BYTES_OF_OTHERS)

    content: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.allowed, self.held, self.refused = LARGEST_BODY, 0, False
        self.network, self.budget = "", self.others
        self.caller: Hashable = None  # not `client`: that is Twisted's, the peer address for the scope
        self.began = time.monotonic()
        self.content_type: list[bytes] | None = None
        super().__init__(*arguments, **options)

    def gotLength(self, length: int | None) -> None:  # noqa: N802 – Twisted's name
        super().gotLength(length)
        # Daphne would take it for the folder below which kefu is served, from anybody.
        self.requestHeaders.removeHeader(b"daphne-root-path")
        # Twisted sets the request's own path only after the whole body.
        self.where = getattr(self.channel, "_path", b"/")
        self.network = self.caller_network()
        self.caller = self.caller_key()
        if length is None or length > LARGEST_BODY:
            self.allowed = allowed_at(self.where)
        if self.allowed > LARGEST_BODY:
            self.budget = self.uploads
        if length is not None and length > self.allowed:
            self.refuse(TOO_LARGE)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 – Twisted's name
        if self.refused:
            return
        self.reserve_bytes(len(data))
        if self.held > self.allowed:
            self.refuse(TOO_LARGE)
        elif not self.budget.refuses(self):
            super().handleContentChunk(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802 – Twisted's name
        self.budget.reading.pop(self, None)
        if not self.refused:
            # Twisted would read forms, which the application does, and for that lay out the type as that of a mail.
            self.content_type = self.requestHeaders.getRawHeaders(b"content-type")
            self.requestHeaders.removeHeader(b"content-type")
            super().requestReceived(command, path, version)

    def process(self) -> Any:
        if self.content_type is not None:
            self.requestHeaders.setRawHeaders(b"content-type", self.content_type)
        return super().process()

    def handle_reply(self, message: Any) -> None:
        self.release_bytes()  # the application has read the body; its answer may take minutes
        super().handle_reply(message)

    def finish(self) -> None:
        self.release_bytes()
        super().finish()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802 – Twisted's name
        self.release_bytes()
        super().connectionLost(reason)

    def reserve_bytes(self, more: int) -> None:
        self.held += more
        self.budget.held += more
        self.budget.held_by[self.network] += more
        self.budget.reading[self] = None

    def release_bytes(self) -> None:
        """Returns all bytes to the budget; safe to call twice."""
        self.budget.held -= self.held
        self.budget.held_by[self.network] -= self.held
        if not self.budget.held_by[self.network]:
            del self.budget.held_by[self.network]
        self.held = 0
        self.budget.reading.pop(self, None)

    def caller_network(self) -> str:
        """The caller's network, by the same rules as `client_network`."""
        peer = str(getattr(self.channel.transport.getPeer(), "host", ""))
        forwarded = self.requestHeaders.getRawHeaders("x-forwarded-for") or [""]
        return network_of(address_behind_proxy(peer, ",".join(forwarded)))

    def caller_key(self) -> Hashable:
        """The caller within the network, by credentials that nobody has verified yet."""
        shown = tuple(tuple(self.requestHeaders.getRawHeaders(name) or ()) for name in (b"authorization", b"cookie"))
        return hash((self.network, shown))

    def refuse(self, code: str) -> None:
        """Answers, discards further input, and closes the connection after `LINGER_SECONDS`."""
        self.refused = True
        self.release_bytes()
        self.content.close()
        self.content = io.BytesIO()
        self.requestHeaders.removeHeader(b"expect")
        transport = self.channel.transport
        transport.write(answer(code, as_json=self.where.startswith(b"/api/")))
        self.channel.dataReceived = lambda data: None
        clock: Any = reactor
        clock.callLater(LINGER_SECONDS, transport.abortConnection)


def allowed_at(where: bytes) -> int:
    """The limit of the route at a path, in bytes."""
    path = unquote_to_bytes(where.partition(b"?")[0]).decode(errors="replace")
    try:
        return int(getattr(resolve(path).func, "max_body", LARGEST_BODY))
    except Resolver404:
        return LARGEST_BODY


def answer(code: str, *, as_json: bool) -> bytes:
    """The whole HTTP answer of a refusal: JSON for scripts (docs/protocol.md), otherwise a line of text."""
    status = STATUS[code]
    kind, body = "text/plain; charset=utf-8", f"{status.value} {status.phrase}\n"
    if as_json:
        kind, body = "application/json", json.dumps({"t": "refused", "code": code, "text": "", "retry": code == BUSY})
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\nContent-Type: {kind}\r\n"
        f"X-Content-Type-Options: nosniff\r\nContent-Length: {len(body.encode())}\r\n\r\n"
    )
    return (head + body).encode()


class BoundedFactory(HTTPFactory):  # type: ignore[misc]
    """Daphne's factory with `BoundedRequest`."""

    def buildProtocol(self, address: Any) -> Any:  # noqa: N802 – Twisted's name
        protocol = super().buildProtocol(address)
        protocol.requestFactory = BoundedRequest
        return protocol


def write_debug_lines_plainly() -> None:
    """Autobahn prepares its debug lines whether or not somebody reads them: it colours the words of two for every
    frame, a twelfth of what a message costs here, and lays out its settings for every socket, a sixth of what a new
    visitor costs."""
    for module in (autobahn.websocket.protocol, autobahn.twisted.websocket):
        for name in ("hltype", "hlval", "pformat"):
            setattr(module, name, lambda word: word)


def call_plainly() -> None:
    """Twisted gives each event of a socket a context for its log, which nobody reads."""
    asyncioreactor.callWithLogger = lambda _logger, call, *arguments: call(*arguments)  # type: ignore[attr-defined]


if __name__ == "__main__":
    write_debug_lines_plainly()
    call_plainly()
    server.HTTPFactory = BoundedFactory
    server.WebSocketFactory = TextFactory
    CommandLineInterface.entrypoint()
