"""What lies between a browser and kefu: a proxy that can cut, refuse and swallow, and somebody else's web site."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import BrowserContext, WebSocketRoute

CHUNK = 65536
REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Wire:
    """One connection through the proxy."""

    def __init__(self, browser: socket.socket, server: socket.socket) -> None:
        self.browser = browser
        self.server = server
        self.swallows = False

    def cut(self) -> None:
        """Both ends are reset, as by a router that lost its table."""
        for end in (self.browser, self.server):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class Proxy:
    """Forwards bytes to kefu. `refused` and `swallowed` are beginnings of requests, such as "GET /ws/"."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.refused: tuple[str, ...] = ()
        self.swallowed: tuple[str, ...] = ()
        self.closed = False
        self.deaf = False
        self.mute = False
        self.lost = 0  # bytes of browsers that kefu never got
        self._wires: list[Wire] = []
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Where the browser goes."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def cut(self, *, stay: bool = False) -> None:
        """Reset every connection; with `stay` new ones are reset too until `heal`."""
        self.closed = stay
        with self._lock:
            wires, self._wires = self._wires, []
        for wire in wires:
            wire.cut()

    def hide_answers(self) -> None:
        """From now on kefu hears everything and the browser nothing."""
        self.deaf = True

    def hide_requests(self) -> None:
        """From now on the browser hears everything and kefu nothing."""
        self.mute = True
        self.lost = 0

    def heal(self) -> None:
        """Everything works again for new connections."""
        self.closed = self.deaf = self.mute = False
        self.refused = self.swallowed = ()

    def close(self) -> None:
        """End the proxy."""
        self.closed = True
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut(stay=True)

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                browser.close()
                continue
            wire = Wire(browser, server)
            if self.closed:
                wire.cut()
                continue
            with self._lock:
                self._wires.append(wire)
            for forward in (self._up, self._down):
                threading.Thread(target=forward, args=(wire,), daemon=True).start()

    def _up(self, wire: Wire) -> None:
        with suppress(OSError):
            while data := wire.browser.recv(CHUNK):
                beginning = data[:80].decode("latin-1")
                if self.refused and beginning.startswith(self.refused):
                    self._refuse(wire, beginning)
                    break
                if self.swallowed and beginning.startswith(self.swallowed):
                    wire.swallows = True
                if self.mute:
                    self.lost += len(data)
                else:
                    wire.server.sendall(data)
        self._end(wire)

    def _refuse(self, wire: Wire, beginning: str) -> None:
        """A socket gets the answer of a proxy that does not know them; everything else finds no network."""
        if beginning.startswith("GET /ws/"):
            wire.browser.sendall(REFUSED)
        else:
            wire.cut()

    def _down(self, wire: Wire) -> None:
        with suppress(OSError):
            while data := wire.server.recv(CHUNK):
                if not (wire.swallows or self.deaf):
                    wire.browser.sendall(data)
        self._end(wire)

    def _end(self, wire: Wire) -> None:
        for end in (wire.browser, wire.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        with self._lock, suppress(ValueError):
            self._wires.remove(wire)


HOSTILE_STYLE = """
* { font: italic 30px/3 serif !important; letter-spacing: 9px !important; text-transform: uppercase !important; }
button, div, iframe { border: 9px dotted red !important; position: static !important; opacity: 0.2 !important;
  width: 40px !important; height: 40px !important; transform: rotate(9deg) !important; display: inline !important; }
html { font-size: 40px; } body { margin: 100px; }
"""


class HostSite(BaseHTTPRequestHandler):
    """A shop of somebody else: strict policy, rude styles, the snippet as the owner pasted it."""

    protocol_version = "HTTP/1.1"

    def __init__(
        self, pages: dict[str, tuple[str, str]], policy: str, headers: dict[str, str], *arguments: Any
    ) -> None:
        self.pages = pages
        self.policy = policy
        self.more_headers = headers
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Answer from the table of pages."""
        kind, text = self.pages.get(self.path.split("?")[0], ("text/plain", ""))
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in {"Content-Security-Policy": self.policy, **self.more_headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """A site of a test keeps no log."""


@contextmanager
def host_site(kefu: str, channel: str, headers: dict[str, str] | None = None) -> Iterator[str]:
    """The address of a foreign page with the chat; its policy allows our script and our frame and nothing else."""
    stub = "window.kefu=window.kefu||function(){(kefu.q=kefu.q||[]).push(arguments)}"
    page = (
        '<!doctype html><html lang="zh-Hans"><head><title>别人的网站</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="/rude.css"><script src="/stub.js"></script>'
        f'<script async src="{kefu}/w/{channel}.js"></script></head>'
        '<body><main><h1>别人的网站</h1><p>欢迎。</p><a href="/other">下一页</a></main></body></html>'
    )
    other = '<!doctype html><html lang="zh-Hans"><head><title>下一页</title></head><body><h1>下一页</h1></body></html>'
    pages = {
        "/": ("text/html", page),
        "/other": ("text/html", other),
        "/framed": ("text/html", f'<!doctype html><iframe src="{kefu}/chat/{channel}/"></iframe>'),
        "/rude.css": ("text/css", HOSTILE_STYLE),
        "/stub.js": ("text/javascript", stub),
    }
    policy = f"default-src 'none'; style-src 'self'; script-src 'self' {kefu}; frame-src {kefu}"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(HostSite, pages, policy, headers or {}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def dialog_handler(context: BrowserContext) -> Callable[[dict[str, Any]], None]:
    """For visitors of the context, before they come: a way to tell the latest of them a frame as if the server did."""
    sockets: list[WebSocketRoute] = []

    def through(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    def tell(frame: dict[str, Any]) -> None:
        sockets[-1].send(json.dumps(frame))
        context.pages[-1].evaluate("() => new Promise(requestAnimationFrame)")  # it was heard

    context.route_web_socket("**/ws/visitor/", through)
    return tell
