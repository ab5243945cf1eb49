"""A site signs its visitor out: the token is worth nothing any more, wherever it turns up again."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext

from conversations.models import Conversation
from core.live import groups, hub
from customers.models import Customer
from customers.profiles import visitor_tokens
from tests.cast import Cast
from tests.eventually import soon
from tests.sockets import bearer, desk_socket, visitor_socket
from widget.visitor import VisitorClient

pytestmark = pytest.mark.usefixtures("live_loop")
JSON = "application/json"


@pytest.fixture
def talk(cast: Cast) -> Conversation:
    """carol talks with bob."""
    return cast.shop.held(cast.carol, cast.bob)


async def log_out(token: Any) -> int:
    """The status of the answer. Browsers send it as plain text, so that other sites' pages may."""
    body = {"token": token}
    return (await AsyncClient().post("/api/visitor/logout", body, content_type=JSON)).status_code


async def session_with(cast: Cast, token: str) -> Any:
    payload = {"channel": cast.shop.channel.public_id, "token": token}
    return (await AsyncClient().post("/api/visitor/session", payload, content_type=JSON)).json()


async def commanded(talk: Conversation, token: str) -> int:
    frame = {"t": "message.post", "id": str(uuid.uuid4()), "conversation": talk.public_id, "kind": "text", "text": "hi"}
    answer = await AsyncClient().post("/api/visitor/command", frame, content_type=JSON, headers=bearer(token))
    return answer.status_code


async def asked(path: str, token: str) -> int:
    answer = await AsyncClient().post(path, {"after": {}, "wait": 0}, content_type=JSON, headers=bearer(token))
    return answer.status_code


async def read(_talk: Conversation, token: str) -> int:
    return (await AsyncClient().get("/api/visitor/messages", headers=bearer(token))).status_code


async def uploaded(_talk: Conversation, token: str) -> int:
    return (await AsyncClient().post("/api/visitor/files", {"name": "x"}, headers=bearer(token))).status_code


async def greeted(_talk: Conversation, token: str) -> int:
    async with visitor_socket() as line:
        line.send({"t": "hello", "id": str(uuid.uuid4()), "token": token, "after": {}})
        await line.until(lambda: line.code is not None or line.frames)
        return {4401: 401}.get(line.code or 0, 200)


DOORS: dict[str, Callable[[Conversation, str], Awaitable[int]]] = {
    "socket": greeted,
    "command": commanded,
    "stream": lambda _talk, token: asked("/api/visitor/stream", token),
    "poll": lambda _talk, token: asked("/api/visitor/poll", token),
    "messages": read,
    "upload": uploaded,
}


@pytest.mark.parametrize("door", DOORS)
async def test_a_token_that_comes_back_is_refused_everywhere(cast: Cast, talk: Conversation, door: str) -> None:
    token = cast.shop.token(cast.carol)
    assert await DOORS[door](talk, token) != 401
    assert await log_out(token) == 204
    assert await DOORS[door](talk, token) == 401


async def test_a_session_begins_as_somebody_new_and_says_so(cast: Cast, talk: Conversation) -> None:
    cast.shop.says(cast.carol, talk, "private")
    token = cast.shop.token(cast.carol)
    resumed = await session_with(cast, token)
    assert (resumed["visitor"]["id"], "left" in resumed) == (cast.carol.public_id, False)
    await log_out(resumed["token"])
    for old in (token, resumed["token"]):
        begun = await session_with(cast, old)
        assert begun["left"] is True
        assert begun["visitor"]["id"] != cast.carol.public_id
        assert (begun["row"], begun["messages"]) == (None, [])
        assert "left" not in await session_with(cast, begun["token"])


async def test_a_session_that_was_resumed_meanwhile_brings_nothing_back(cast: Cast) -> None:
    """Its answer may be on its way when the site signs out: the token in it is of before."""
    answer = await session_with(cast, cast.shop.token(cast.carol))
    await log_out(cast.shop.token(cast.carol))
    assert (await session_with(cast, answer["token"]))["left"] is True


async def test_open_lines_end_within_a_second_and_nobody_elses(cast: Cast, talk: Conversation) -> None:
    token, dave = cast.shop.token(cast.carol), cast.shop.welcome("dave")
    row = cast.shop.fresh(talk)
    polled = {"after": {talk.public_id: row.last_visitor_event_seq}, "wait": 20}
    async with (
        visitor_socket() as one,
        visitor_socket() as two,
        visitor_socket() as other,
        desk_socket(cast.bob) as bob,
    ):
        for line in (one, two):
            await line.hello(token=token, after={})
        await other.hello(token=cast.shop.token(dave), after={})
        await bob.hello(after={})
        poll = asyncio.create_task(
            AsyncClient().post("/api/visitor/poll", polled, content_type=JSON, headers=bearer(token))
        )
        group = groups.visitor_group(cast.shop.tenant.pk, cast.carol.pk, cast.shop.channel.pk)
        # The poll waits, too.
        await soon(lambda: [getattr(line, "held", None) for line in hub.hub()._groups.get(group, ())] == [False] * 3)
        assert await log_out(token) == 204
        assert [await one.closed(), await two.closed()] == [4401, 4401]
        frames = (await asyncio.wait_for(poll, 5)).json()["frames"]
        assert frames[-1] == {"t": "error", "code": "signed_out", "text": ""}
        await other.settle(cast.shop)
        assert (other.code, bob.code) == (None, None)
        assert "signed_out" not in str(other.frames + bob.frames)


@pytest.mark.parametrize("token", ["", "forged", "x" * 600, 7, None])
async def test_what_is_no_token_signs_nobody_out(cast: Cast, token: object) -> None:
    assert await log_out(token) in (204, 400)
    with cast.shop.within():
        assert Customer.objects.get(pk=cast.carol.pk).token_generation == 1


async def test_it_can_be_told_twice_and_tokens_of_later_stay_good(cast: Cast) -> None:
    old = cast.shop.token(cast.carol)
    assert [await log_out(old) for _ in range(3)] == [204] * 3
    with cast.shop.within():
        now = Customer.objects.get(pk=cast.carol.pk)
    assert now.token_generation == 2
    assert (await session_with(cast, cast.shop.token(now)))["visitor"]["id"] == now.public_id


async def test_it_revokes_one_customer_of_one_company(cast: Cast) -> None:
    dave = cast.shop.welcome("dave")
    await log_out(cast.shop.token(cast.carol))
    assert (await session_with(cast, cast.shop.token(dave)))["visitor"]["id"] == dave.public_id
    with cast.other.within():
        assert set(Customer.objects.values_list("token_generation", flat=True)) == {1}


def test_a_page_of_another_site_may_send_it_as_plain_text(cast: Cast) -> None:
    """By `sendBeacon` or a `no-cors` fetch; it needs no cookie, only the token itself."""
    body = f'{{"token": "{cast.shop.token(cast.carol)}"}}'
    browser = Client(enforce_csrf_checks=True)
    origin = {"Origin": "https://shop.example"}
    assert browser.post("/api/visitor/logout", body, content_type="text/plain", headers=origin).status_code == 204
    assert browser.get("/api/visitor/logout").status_code == 405
    with cast.shop.within():
        assert Customer.objects.get(pk=cast.carol.pk).token_generation == 2


def test_a_token_costs_no_more_to_admit_than_before(cast: Cast) -> None:
    """The generation is compared in the statement that admits a visitor; there is none besides."""
    token = visitor_tokens.read(cast.shop.token(cast.carol))
    assert token is not None
    with cast.shop.within(), CaptureQueriesContext(connection) as captured:
        assert VisitorClient.admit(token, "en") is not None
    assert len(captured.captured_queries) == 1
