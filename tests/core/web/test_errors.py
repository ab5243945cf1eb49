"""What stands in the server's log when a page was not given."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.agents import views as agent_views
from tests.cast import Cast
from tests.sockets import signed_in


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the configured handler writes."""
    written = io.StringIO()
    handler = next(each for each in logging.getLogger().handlers if each.get_name() == "console")
    monkeypatch.setattr(handler, "stream", written)
    yield written


@pytest.mark.parametrize(
    ("address", "status"), [("/console/agents/", 403), ("/console/agents/nobody-at-all/", 403), ("/nowhere/", 404)]
)
def test_a_refusal_is_one_line(cast: Cast, log: io.StringIO, address: str, status: int) -> None:
    assert signed_in(cast.bob).get(address).status_code == status
    lines = log.getvalue().splitlines()
    assert len(lines) == 1
    assert address in lines[0]


def test_what_is_not_there_for_somebody_who_may_look_is_one_line(cast: Cast, log: io.StringIO) -> None:
    assert signed_in(cast.alice).get("/console/agents/nobody-at-all/").status_code == 404
    assert len(log.getvalue().splitlines()) == 1


def test_what_breaks_keeps_its_traceback(cast: Cast, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_given: Any, **_more: Any) -> Any:
        raise ZeroDivisionError("broken on purpose")

    monkeypatch.setattr(agent_views, "list_of", breaks)
    client = Client(raise_request_exception=False)
    client.cookies = signed_in(cast.alice).cookies
    assert client.get("/console/agents/").status_code == 500
    assert "Traceback" in log.getvalue()
    assert "broken on purpose" in log.getvalue()


@pytest.mark.django_db
def test_a_page_that_refuses_a_strangers_host_does_not_repeat_it() -> None:
    answer = Client(headers={"host": "evil.example.org;script-src"}).get("/sign-in/")
    assert answer.status_code == 400
    assert "evil" not in answer["Content-Security-Policy"]
    assert "ws://testserver" in Client().get("/sign-in/")["Content-Security-Policy"]
