"""Pages are answered on one thread, which keeps nothing of them; asynchronous views are not."""

import io
import threading
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.handlers.base import BaseHandler
from django.core.signals import request_finished, request_started
from django.db import connection
from django.http import FileResponse

from kefu.asgi import application
from tests.eventually import PATIENCE


async def answer(path: str) -> list[Any]:
    """What the application sends for a GET, until the body ended."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": ("192.0.2.7", 1),
        "server": ("localhost", 80),
    }
    client: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    await client.send_input({"type": "http.request", "body": b""})
    sent = [await client.receive_output(PATIENCE)]
    while not sent or sent[-1]["type"] == "http.response.start" or sent[-1].get("more_body"):
        sent.append(await client.receive_output(PATIENCE))
    await client.wait()
    return sent


@pytest.fixture
def seen() -> Any:
    """The threads on which requests began and ended, and whether the latter had a connection to the database."""
    threads: list[tuple[str, str, bool]] = []

    def note(name: str) -> Any:
        return lambda **_: threads.append((name, threading.current_thread().name, connection.connection is not None))

    began, ended = note("began"), note("ended")
    request_started.connect(began)
    request_finished.connect(ended)
    yield threads
    request_started.disconnect(began)
    request_finished.disconnect(ended)


async def test_a_page_begins_and_ends_on_one_thread(house: None, seen: list[Any]) -> None:
    start, body = await answer("/sign-in/")
    assert (start["status"], b"</html>" in body["body"]) == (200, True)
    [(_began, first, _), (_ended, last, _)] = seen
    assert first == last
    assert first.startswith("page")


async def test_a_page_that_is_not_there_is_answered_as_well(house: None) -> None:
    start, _body = await answer("/nowhere/")
    assert start["status"] == 404


async def test_a_file_is_sent_whole_and_closed(house: None, seen: list[Any]) -> None:
    start, *parts = await answer("/static/kefu/img/mark.svg")
    assert start["status"] == 200
    assert b"</svg>" in b"".join(part.get("body", b"") for part in parts)
    assert [name for name, _thread, _connected in seen] == ["began", "ended"]


class Watched(io.BytesIO):
    """A file that notes how much of it was read when it was read from."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.reads: list[tuple[int, str]] = []

    def read(self, size: int | None = -1) -> bytes:
        self.reads.append((self.tell(), threading.current_thread().name))
        return super().read(size)


@pytest.mark.parametrize("kilobytes", [1, 255, 256, 257, 2000])
async def test_a_large_file_is_read_piece_by_piece_while_it_is_sent(
    house: None, monkeypatch: pytest.MonkeyPatch, kilobytes: int
) -> None:
    file = Watched(bytes(range(256)) * 4 * kilobytes)
    monkeypatch.setattr(BaseHandler, "get_response", lambda _self, _request: FileResponse(file, filename="a.bin"))
    start, *parts = await answer("/sign-in/")
    sent = [part.get("body", b"") for part in parts]
    assert start["status"] == 200
    assert b"".join(sent) == bytes(range(256)) * 4 * kilobytes
    assert max(map(len, sent)) <= 64 * 1024
    assert file.closed
    assert all(thread.startswith("page") for _at, thread in file.reads)
