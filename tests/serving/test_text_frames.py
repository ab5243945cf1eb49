"""Frames by hand on a socket of a real web process: those that go the short way, and those that do not."""

import os
import secrets
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise

import pytest

from kefu.serving import processes

TEXT, CONTINUED, CLOSE, PING, PONG = 1, 0, 8, 9, 10
FINAL = 128


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A web process whose application answers each text with the same."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        arguments = [*processes.web(listening.fileno()).arguments[:-1], "tests.serving.echo:application"]
        passed = [listening.fileno()]
        with subprocess.Popen(arguments, cwd=processes.ROOT, env=dict(os.environ), pass_fds=passed) as process:
            yield listening.getsockname()[1]
            process.terminate()


@pytest.fixture
def line(port: int) -> Iterator[socket.socket]:
    """A socket after its handshake."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(
            f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n".encode()
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += client.recv(1)
        assert head.startswith(b"HTTP/1.1 101"), head
        yield client


def frame(body: bytes, *, first: int = FINAL | TEXT, length: bytes = b"", masked: bool = True) -> bytes:
    """A client's frame; `length` is written in place of the right one."""
    size = len(body)
    said = length or (
        bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2) if size < 65536 else b"\x7f" + size.to_bytes(8)
    )
    if not masked:
        return bytes([first]) + said + body
    key = secrets.token_bytes(4)
    return bytes([first, said[0] | 128]) + said[1:] + key + bytes(byte ^ key[at % 4] for at, byte in enumerate(body))


def read(client: socket.socket) -> tuple[int, bytes]:
    """The next frame of the server: opcode and body."""
    first, size = exactly(client, 2)
    if size >= 126:
        size = int.from_bytes(exactly(client, 2 if size == 126 else 8))
    return first & 15, exactly(client, size)


def exactly(client: socket.socket, size: int) -> bytes:
    """So many bytes."""
    found = b""
    while len(found) < size:
        more = client.recv(size - len(found))
        assert more, "the server hung up"
        found += more
    return found


LENGTHS = (0, 1, 125, 126, 127, 65_535, 65_536, 200_000)
WORDS = "您好,还有货吗? 👩‍👩‍👧 ok\n"


@pytest.mark.parametrize("size", LENGTHS)
def test_a_text_of_any_length_comes_back(line: socket.socket, size: int) -> None:
    line.sendall(frame(b"x" * size) + frame(b"next"))
    answers = [read(line)] if size else []  # an empty text is not sent by Daphne
    assert [*answers, read(line)] == [*([(TEXT, b"x" * size)] if size else []), (TEXT, b"next")]


def test_texts_come_back_in_their_order_however_they_were_cut_into_packets(line: socket.socket) -> None:
    texts = [f"{number} {WORDS * (number % 9)}".encode() for number in range(60)]
    sent = b"".join(frame(text) for text in texts)
    cuts = sorted({0, len(sent), *(secrets.randbelow(len(sent)) for _ in range(80))})
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for start, end in pairwise(cuts):
        line.sendall(sent[start:end])
    assert [read(line) for _ in texts] == [(TEXT, text) for text in texts]


def test_what_is_no_whole_text_keeps_its_place_between_those_that_are(line: socket.socket) -> None:
    half, rest = "您好".encode()[:4], "您好".encode()[4:]
    line.sendall(
        frame(b"before")
        + frame(half, first=TEXT)
        + frame(b"there?", first=FINAL | PING)
        + frame(rest, first=FINAL | CONTINUED)
        + frame(b"after")
    )
    answers = [read(line) for _ in range(4)]
    assert [body for kind, body in answers if kind == TEXT] == [b"before", "您好".encode(), b"after"]
    assert (PONG, b"there?") in answers


WRONG = {
    "no UTF-8": frame(b"\xff\xfe"),
    "half a character": frame("您".encode()[:2]),
    "not masked": frame(b"hello", masked=False),
    "a length in more bytes than it needs": frame(b"hello", length=b"\x7e\x00\x05"),
    "an extension": frame(b"hello", first=FINAL | TEXT | 64),
    "the rest of nothing": frame(b"hello", first=FINAL | CONTINUED),
    "too large": frame(b"x" * (1024 * 1024 + 1)),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_violates_the_protocol_ends_the_socket_without_an_answer(line: socket.socket, wrong: bytes) -> None:
    with suppress(ConnectionError):
        line.sendall(wrong + frame(b"next"))
        assert line.recv(1) == b""


def test_what_was_sent_before_the_end_arrives_before_it(line: socket.socket) -> None:
    line.sendall(frame(b"first") + frame(b"bye"))
    assert [read(line), read(line)] == [(TEXT, b"first"), (TEXT, b"bye")]
    kind, body = read(line)
    assert (kind, body[:2]) == (CLOSE, (4000).to_bytes(2))
