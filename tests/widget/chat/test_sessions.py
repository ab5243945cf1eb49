"""Newcomers are let in together, and none of them harms another; the endpoint needs no thread of Django's."""

from typing import Any

import orjson
import pytest
from asgiref.testing import ApplicationCommunicator
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from channels_app.models import Channel
from core.errors import Busy, NotFound, TooMany
from core.web import throttle
from customers.models import Customer
from customers.profiles import visitor_tokens
from customers.profiles.rules import number_of
from kefu.asgi import application
from tests.cast import Cast
from tests.eventually import PATIENCE
from widget.chat.sessions import Caller, let_in

COUNT = 20


def caller(cast: Cast, number: int = 0, **visit: str) -> Caller:
    """Somebody new on the shop's channel."""
    said = {"page_title": f"page {number}", "locale": "en", "time_zone": "Asia/Shanghai", "address": "192.0.2.7"}
    return Caller(cast.shop.channel.pk, said | visit, "192.0.2.7")


def test_twenty_cost_the_statements_of_one(cast: Cast) -> None:
    counts = []
    with cast.shop.within():
        for several in ([caller(cast)], [caller(cast, number) for number in range(COUNT)]):
            with CaptureQueriesContext(connection) as captured:
                answers = let_in(several)
            counts.append(len(captured.captured_queries))
        assert counts[0] == counts[1]
        known = [Customer.objects.get(public_id=answer["visitor"]["id"]) for answer in answers]  # type: ignore[index]
    assert [customer.page_title for customer in known] == [f"page {number}" for number in range(COUNT)]
    tokens = [visitor_tokens.read(answer["token"]) for answer in answers]  # type: ignore[index]
    assert [token.customer for token in tokens if token] == [customer.pk for customer in known]
    assert [customer.name for customer in known] == [f"访客 {number_of(customer.public_id)}" for customer in known]


def test_one_who_cannot_be_stored_keeps_nobody_else_out(cast: Cast) -> None:
    with cast.shop.within():
        closed = Channel.objects.create(name="closed", service_account=cast.shop.account, is_active=False)
        poisoned = caller(cast, page_url="a NUL \0, which PostgreSQL cannot store")
        before = Customer.objects.count()
        good, bad, late, other = let_in([caller(cast), poisoned, Caller(closed.pk, {}, ""), caller(cast)])
        assert isinstance(bad, DataError)
        assert isinstance(late, NotFound)
        assert isinstance(good, dict)
        assert isinstance(other, dict)
        assert Customer.objects.count() == before + 2


def test_a_crowded_network_keeps_no_other_out(cast: Cast, settings: Any) -> None:
    settings.NEW_VISITORS_PER_MINUTE = 2
    elsewhere = Caller(cast.shop.channel.pk, caller(cast).visit, "198.51.100.7")
    with cast.shop.within():
        answers = let_in([caller(cast), caller(cast), caller(cast), elsewhere])
    assert [isinstance(answer, TooMany) for answer in answers] == [False, False, True, False]


async def asked(
    cast: Cast, *, method: str = "POST", host: str = "testserver", query: str = "", root: str = "", **payload: Any
) -> tuple[int, Any, Any]:
    """Status, headers and content of the application's answer."""
    headers = {"host": host, "content-type": "application/json", "accept-language": "zh-CN"}
    scope = {
        "type": "http",
        "method": method,
        "path": "/api/visitor/session",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "query_string": query.encode(),
        "root_path": root,
        "client": ("192.0.2.7", 4711),
    }
    line: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    body = orjson.dumps({"channel": cast.shop.channel.public_id} | payload)
    await line.send_input({"type": "http.request", "body": body})
    start, content = await line.receive_output(PATIENCE), await line.receive_output(PATIENCE)
    await line.wait(PATIENCE)
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, content["body"]


@pytest.mark.usefixtures("live_loop")
async def test_the_endpoint_answers_as_pages_do(cast: Cast) -> None:
    status, headers, body = await asked(cast)
    assert (status, headers["Content-Language"], headers["Content-Length"]) == (200, "zh-hans", str(len(body)))
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    again = await asked(cast, token=orjson.loads(body)["token"])
    assert orjson.loads(again[2])["visitor"] == orjson.loads(body)["visitor"]


@pytest.mark.usefixtures("live_loop")
@pytest.mark.parametrize(
    ("asks", "status"),
    [
        ({"host": "evil.example"}, 400),
        ({"method": "GET"}, 405),
        ({"colour": 1}, 400),
        ({"channel": "nothing"}, 404),
        ({"query": "a&" * 1002}, 400),
    ],
)
async def test_what_it_refuses_it_refuses_as_pages_do(cast: Cast, asks: dict[str, Any], status: int) -> None:
    found, headers, body = await asked(cast, **asks)
    assert found == status
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert status != 404 or orjson.loads(body)["text"] == "内容不存在或已被移除。"


@pytest.mark.usefixtures("live_loop")
async def test_a_proxy_that_names_a_folder_changes_nothing(cast: Cast) -> None:
    assert (await asked(cast, root="/api"))[0] == 200


def test_newcomers_wait_where_redis_does_not_count_them(cast: Cast, settings: Any) -> None:
    settings.NEW_VISITORS_PER_MINUTE, settings.REDIS_URL = 5, "redis://127.0.0.1:1/0"
    throttle._limiter.cache_clear()
    try:
        with cast.shop.within():
            answers = let_in([caller(cast), caller(cast)])
            assert [type(answer) for answer in answers] == [Busy, Busy]
            assert not Customer.objects.filter(name="").exists()
    finally:
        throttle._limiter.cache_clear()
