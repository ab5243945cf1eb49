"""Who asks and never reads costs a bounded piece of memory, and is cut; on a real Daphne, whose `send` never waits."""

import os
import re
import secrets
import socket
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import orjson
import pytest
from django.db import connection

from conversations.models import Conversation
from conversations.posting import writing as posting
from tests.cast import Cast, draft_of
from tests.eventually import eventually
from tests.journeys.stack import ROOT

MEGABYTE = 1024 * 1024


@pytest.fixture
def web(cast: Cast) -> Iterator[tuple[int, int]]:
    """A web process on the tests' own database: its port and its number."""
    name = str(connection.settings_dict["NAME"])
    url = re.sub(r"^(postgres(?:ql)?://[^/]*/)[^?]*", rf"\g<1>{name}", os.environ["DATABASE_URL"])
    listening = socket.create_server(("127.0.0.1", 0))
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "kefu.serving.daphne",
            "--verbosity",
            "0",
            "--fd",
            str(listening.fileno()),
            "kefu.asgi:application",
        ],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "kefu.settings"},
        pass_fds=[listening.fileno()],
    )
    yield listening.getsockname()[1], process.pid
    process.terminate()
    process.wait(20)
    listening.close()


def memory_of(pid: int) -> int:
    """Resident bytes."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def frame(content: dict[str, object]) -> bytes:
    """A masked text frame."""
    body = orjson.dumps(content)
    key = secrets.token_bytes(4)
    length = bytes([128 | len(body)]) if len(body) < 126 else b"\xfe" + len(body).to_bytes(2)
    return b"\x81" + length + key + bytes(byte ^ key[at % 4] for at, byte in enumerate(body))


def connected(port: int) -> socket.socket:
    """A socket after its handshake, with little room for answers."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    line.settimeout(30)
    line.connect(("127.0.0.1", port))
    line.sendall(
        f"GET /ws/visitor/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Protocol: kefu.v1\r\n\r\n".encode()
    )
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += line.recv(1)
    assert head.startswith(b"HTTP/1.1 101"), head
    return line


def long_talk(cast: Cast) -> Conversation:
    """A conversation whose replay is half a megabyte."""
    talk = cast.shop.held(cast.carol, cast.bob)
    for _ in range(60):
        cast.shop.says(cast.carol, talk, "长" * 4000)
    return talk


def test_a_socket_that_asks_and_never_reads_is_cut_and_costs_little(cast: Cast, web: tuple[int, int]) -> None:
    port, pid = web
    talk = long_talk(cast)
    with connected(port) as line:
        line.sendall(frame({"t": "hello", "token": cast.shop.token(cast.carol), "after": {talk.public_id: 10_000}}))
        before = memory_of(pid)
        line.settimeout(0.2)
        most = before

        def cut() -> bool:
            nonlocal most
            most = max(most, memory_of(pid))
            try:
                line.sendall(frame({"t": "events.fetch", "id": str(uuid.uuid4()), "after": {talk.public_id: 0}}) * 2)
            except TimeoutError:
                return False  # it does not listen to us either
            except OSError:
                return True
            return False

        eventually(cut, within=40)
    assert most - before < 40 * MEGABYTE


def stream(cast: Cast, port: int) -> socket.socket:
    """A visitor's stream after its first byte."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    line.connect(("127.0.0.1", port))
    body = orjson.dumps({"after": {}})
    line.sendall(
        f"POST /api/visitor/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {cast.shop.token(cast.carol)}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    line.settimeout(20)
    assert line.recv(1)
    return line


def greeted(cast: Cast, port: int) -> socket.socket:
    """A visitor's socket that said hello, after the first byte of the answer."""
    line = connected(port)
    line.sendall(frame({"t": "hello", "token": cast.shop.token(cast.carol), "after": {}}))
    assert line.recv(1)
    return line


@pytest.mark.parametrize("carrier", [stream, greeted], ids=["stream", "socket"])
def test_who_reads_nothing_of_what_happens_is_cut(
    cast: Cast, web: tuple[int, int], carrier: Callable[[Cast, int], socket.socket]
) -> None:
    port, _pid = web
    talk = cast.shop.held(cast.carol, cast.bob)
    with carrier(cast, port):
        with cast.shop.within():  # 12 MB: more than the operating system takes off our hands
            for _ in range(10):
                posting.post([draft_of(cast.bob, talk, "长" * 4000) for _ in range(100)])
        eventually(lambda: connection_count(port) == 0, within=30)  # before the server misses the answer to its ping


def connection_count(port: int) -> int:
    """Established connections to the port, as its side of them."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    wanted = f":{port:04X}"
    return sum(1 for each in lines if each.split()[1].endswith(wanted) and each.split()[3] == "01")


def test_a_frame_far_too_large_is_never_kept(cast: Cast, web: tuple[int, int]) -> None:
    port, pid = web
    with greeted(cast, port) as line:
        before = memory_of(pid)
        line.sendall(b"\x81\xff" + (300 * MEGABYTE).to_bytes(8) + b"\0\0\0\0")
        with suppress(OSError):
            for _ in range(100):
                line.sendall(b"x" * MEGABYTE)
            pytest.fail("100 MB of one frame were taken")
        assert memory_of(pid) - before < 20 * MEGABYTE
