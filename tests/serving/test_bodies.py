"""How much may be sent to which address: asked of a real web process, by hand."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPResponse

import pytest

from core.web.bodies import LARGEST_BODY, WITH_A_FILE
from kefu.serving import processes
from kefu.serving.daphne import MAX_BYTES_OF_OTHERS, MAX_BYTES_OF_UPLOADS, SHARE


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A web process of its own; nothing here asks the database."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        descriptor = listening.fileno()
        web = processes.web(descriptor)
        with subprocess.Popen(
            web.arguments, cwd=processes.ROOT, env=dict(os.environ), pass_fds=[descriptor]
        ) as process:
            yield listening.getsockname()[1]
            process.terminate()


def send(port: int, path: str, head: str, *parts: bytes) -> tuple[int, bytes]:
    """Status and body of the answer; the request need not be whole."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n".encode())
        for part in parts:
            client.sendall(part)
        answer = HTTPResponse(client)
        answer.begin()
        return answer.status, answer.read()


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


SCRIPT = "Content-Type: application/json\r\nContent-Length: "
FORM = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: "


@pytest.mark.parametrize("path", ["/healthz", "/sign-in/", "/nowhere", "/api/visitor/session", "/api/desk/command"])
def test_a_body_that_is_said_to_be_large_is_refused_before_it_is_sent(port: int, path: str) -> None:
    status, body = send(port, path, FORM + str(LARGEST_BODY + 1))
    assert status == 413
    assert (json.loads(body)["code"] == "too_large") if path.startswith("/api/") else body.startswith(b"413")


@pytest.mark.parametrize("folder", ["/elsewhere", "\u00ff"])
def test_no_client_says_below_which_folder_kefu_is_served(port: int, folder: str) -> None:
    status, body = send(port, "/api/visitor/session", f"Daphne-Root-Path: {folder}\r\n{SCRIPT}2", b"{}")
    assert (status, json.loads(body)["code"]) == (400, "bad_frame")


def test_a_body_that_does_not_say_its_length_is_read_no_further_than_it_may_go(port: int) -> None:
    parts = [chunk(b"x" * 256 * 1024)] * 5  # and it does not end
    assert send(port, "/sign-in/", "Transfer-Encoding: chunked", *parts)[0] == 413


def test_who_sends_all_of_it_at_once_gets_the_answer_too(port: int) -> None:
    assert send(port, "/sign-in/", FORM + str(2 * LARGEST_BODY), b"x" * 2 * LARGEST_BODY)[0] == 413


def test_files_may_be_larger_where_files_are_taken(port: int) -> None:
    content = b"x" * 2 * LARGEST_BODY
    assert send(port, "/api/visitor/files", SCRIPT + str(len(content)), content)[0] in (400, 401)
    assert send(port, "/api/visitor/files?x=1", FORM + str(WITH_A_FILE + 1))[0] == 413


def test_what_is_small_comes_through(port: int) -> None:
    assert send(port, "/api/visitor/session", SCRIPT + "2", b"{}")[0] == 400
    assert send(port, "/api/visitor/session", "Transfer-Encoding: chunked", chunk(b"{}"), chunk(b""))[0] == 400


def almost_all(port: int, path: str, size: int, network: str, *, token: str = "") -> socket.socket:
    """Somebody at one of this machine's own addresses who has sent all of a body but its last byte, and stays."""
    client = socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(network, 0))
    shown = f"Authorization: Bearer {token}\r\n" if token else ""
    client.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{shown}{SCRIPT}{size}\r\n\r\n".encode())
    client.sendall(b"x" * (size - 1))
    return client


def is_refused_as_busy(client: socket.socket) -> bool:
    """Whether the answer is there, and is that."""
    answer = HTTPResponse(client)
    answer.begin()
    return (answer.status, json.loads(answer.read())["code"]) == (503, "busy")


ROOMS = pytest.mark.parametrize(
    ("path", "size", "room"),
    [
        ("/api/visitor/files", WITH_A_FILE, MAX_BYTES_OF_UPLOADS),
        ("/api/visitor/session", LARGEST_BODY, MAX_BYTES_OF_OTHERS),
    ],
)


@ROOMS
def test_those_who_never_come_to_an_end_make_room(port: int, path: str, size: int, room: int) -> None:
    most = room // SHARE // size  # of one network
    with ExitStack() as stack:
        slow = [
            stack.enter_context(almost_all(port, path, size, f"127.0.0.{2 + number // most}"))
            for number in range(room // size + 1)
        ]
        for several, length in (
            ("/api/visitor/files", 2 * LARGEST_BODY),
            ("/api/visitor/session", 2),
            ("/sign-in/", 9),
        ):
            assert send(port, several, SCRIPT + str(length), b"x" * length)[0] in (400, 401, 403)
        assert is_refused_as_busy(slow[0])


@ROOMS
def test_one_network_takes_no_room_from_others(port: int, path: str, size: int, room: int) -> None:
    most = room // SHARE // size
    with ExitStack() as stack:
        other = stack.enter_context(almost_all(port, path, size, "127.0.0.2"))
        greedy = [stack.enter_context(almost_all(port, path, size, "127.0.0.3")) for _ in range(2 * most)]
        assert all(is_refused_as_busy(each) for each in greedy[:most])
        other.sendall(b"x")
        answer = HTTPResponse(other)
        answer.begin()
        assert answer.status in (400, 401)


@ROOMS
def test_one_client_takes_no_room_from_others_behind_the_same_address(
    port: int, path: str, size: int, room: int
) -> None:
    most = room // SHARE // size
    with ExitStack() as stack:
        colleague = stack.enter_context(almost_all(port, path, size // 4, "127.0.0.2", token="carol"))
        greedy = [
            stack.enter_context(almost_all(port, path, size, "127.0.0.2", token="mallory")) for _ in range(2 * most)
        ]
        assert all(is_refused_as_busy(each) for each in greedy[:most])
        colleague.sendall(b"x")
        answer = HTTPResponse(colleague)
        answer.begin()
        assert answer.status != 503
