"""Sockets: who gets in, what nonsense gets, and that nobody else notices."""

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Any
from unittest import mock

import orjson
import pytest
from django.db.models import F
from django.test import AsyncClient

from accounts.models import Agent, Session
from channels_app.models import Channel
from conversations.models import Conversation, Message
from core.live import groups, hub
from core.live.websocket import language_of
from core.tenancy.scope import unscoped
from core.web.sealing import seal
from customers.models import Customer
from customers.profiles import visitor_tokens
from customers.profiles.visitor_tokens import VisitorToken
from tests.cast import Cast
from tests.eventually import soon
from tests.sockets import HOST, Frame, Socket, bearer, desk_socket, session_of, signed_in_async, visitor_socket

pytestmark = pytest.mark.usefixtures("live_loop")


@pytest.fixture
def talk(cast: Cast) -> Conversation:
    """carol talks with bob."""
    return cast.shop.held(cast.carol, cast.bob)


def carols_token(cast: Cast) -> str:
    """carol's token."""
    return cast.shop.token(cast.carol)


@pytest.mark.parametrize("path", ["/ws/visitor/", "/ws/desk/"])
@pytest.mark.parametrize(
    "origin", ["https://evil.example", f"http://{HOST}.evil.example", "null", "http://[", "", None]
)
async def test_a_page_of_another_site_is_refused(cast: Cast, path: str, origin: str | None) -> None:
    async with Socket(path, origin=origin, cookie=session_of(cast.bob)) as line:
        assert line.accepted is None
        assert await line.closed() == 4403


@pytest.mark.parametrize("path", ["/ws/visitor/", "/ws/desk/", "/ws/monitor/"])
async def test_a_name_that_is_not_ours_is_refused_as_on_pages(cast: Cast, path: str) -> None:
    """A name that somebody let point here (DNS rebinding) is its own origin."""
    async with Socket(path, origin="http://evil.example", host="evil.example") as line:
        assert line.accepted is None
        assert await line.closed() == 4403


async def test_an_address_without_a_socket_is_refused(cast: Cast) -> None:
    async with Socket("/ws/nothing/") as line:
        assert line.accepted is None
        assert await line.closed() == 4404


async def test_the_subprotocol_is_agreed(cast: Cast) -> None:
    async with visitor_socket() as line:
        assert line.accepted is not None
        assert line.accepted["subprotocol"] == "kefu.v1"


def signed_long_ago(cast: Cast) -> str:
    """A token of carol that nobody renewed for 181 days."""
    with mock.patch(
        "core.web.sealing.time.time", return_value=time.time() - visitor_tokens.LIFETIME_SECONDS - 24 * 3600
    ):
        return carols_token(cast)


def foreign_channel(cast: Cast) -> str:
    """A token whose channel belongs to another tenant."""
    return visitor_tokens.sign(VisitorToken(cast.shop.tenant.pk, cast.other.channel.pk, cast.carol.pk, 1))


def foreign_tenant(cast: Cast) -> str:
    """A token that names carol, but within mallory's tenant."""
    return visitor_tokens.sign(VisitorToken(cast.other.tenant.pk, cast.other.channel.pk, cast.carol.pk, 1))


def forged(cast: Cast) -> str:
    """One letter is different."""
    text = carols_token(cast)
    return f"{text[:60]}{'A' if text[60] != 'A' else 'B'}{text[61:]}"


def sealed_for_files(cast: Cast) -> str:
    """Ours, but for something else."""
    return seal("file", {"tenant": cast.shop.tenant.pk, "channel": cast.shop.channel.pk, "customer": cast.carol.pk})


WRONG: dict[str, Callable[[Cast], object]] = {
    "forged": forged,
    "expired": signed_long_ago,
    "foreign tenant": foreign_tenant,
    "foreign channel": foreign_channel,
    "another purpose": sealed_for_files,
    "missing": lambda cast: None,
    "a number": lambda cast: 7,
    "a list": lambda cast: [],
    "endless": lambda cast: "x" * 2000,
    "an old generation": lambda cast: visitor_tokens.sign(
        VisitorToken(cast.shop.tenant.pk, cast.shop.channel.pk, cast.carol.pk, 0)
    ),
}


@pytest.mark.parametrize("name", WRONG)
async def test_a_token_that_is_not_good_closes_with_4401(cast: Cast, name: str) -> None:
    async with visitor_socket() as line:
        line.send({"t": "hello", "token": WRONG[name](cast), "after": {}})
        assert await line.closed() == 4401
        assert line.frames == []


async def test_a_revoked_token_and_a_closed_channel_close_with_4401(cast: Cast) -> None:
    token = carols_token(cast)
    async with visitor_socket() as line:
        await line.hello(token=token, after={})
    with cast.shop.within():
        Channel.objects.filter(pk=cast.shop.channel.pk).update(is_active=False)
    async with visitor_socket() as line:
        line.send({"t": "hello", "token": token, "after": {}})
        assert await line.closed() == 4401
    with cast.shop.within():
        Channel.objects.filter(pk=cast.shop.channel.pk).update(is_active=True)
        Customer.objects.filter(pk=cast.carol.pk).update(token_generation=F("token_generation") + 1)
    async with visitor_socket() as line:
        line.send({"t": "hello", "token": token, "after": {}})
        assert await line.closed() == 4401


async def test_a_desk_needs_a_session_of_an_agent_with_a_desk(cast: Cast) -> None:
    analyst = cast.shop.hire("1009", "erin", role="analyst")
    for cookie in ("", "unknown", session_of(analyst)):
        async with Socket("/ws/desk/", cookie=cookie) as line:
            line.send({"t": "hello", "after": {}})
            assert await line.closed() == 4401


async def test_a_revoked_session_and_a_disabled_agent_close_with_4401_at_the_next_hello(cast: Cast) -> None:
    cookie = session_of(cast.bob)
    async with Socket("/ws/desk/", cookie=cookie) as line:
        await line.hello(after={})
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(is_active=False)
    async with Socket("/ws/desk/", cookie=cookie) as line:
        line.send({"t": "hello", "after": {}})
        assert await line.closed() == 4401
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(is_active=True)
        Session.objects.filter(pk=cookie).delete()
    async with Socket("/ws/desk/", cookie=cookie) as line:
        line.send({"t": "hello", "after": {}})
        assert await line.closed() == 4401


async def test_a_visitors_token_opens_no_desk_and_a_session_is_no_token(cast: Cast) -> None:
    async with Socket("/ws/desk/") as line:
        line.send({"t": "hello", "token": carols_token(cast), "after": {}})
        assert await line.closed() == 4401
    async with Socket("/ws/visitor/", cookie=session_of(cast.bob)) as line:
        line.send({"t": "hello", "after": {}})
        assert await line.closed() == 4401


async def test_a_socket_that_never_says_hello_is_closed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.live.websocket.HELLO_SECONDS", 0.05)
    async with visitor_socket() as line:
        assert await line.closed() == 4408


async def test_commands_before_hello_do_nothing(cast: Cast, talk: Conversation) -> None:
    async with visitor_socket() as line:
        line.send(post_frame(talk, "too early"))
        assert await line.closed() == 4401
    with cast.shop.within():
        assert not Message.objects.exists()


def post_frame(talk: Conversation, text: str, **more: Any) -> Frame:
    """`message.post`."""
    return {
        "t": "message.post",
        "id": str(uuid.uuid4()),
        "conversation": talk.public_id,
        "kind": "text",
        "text": text,
    } | more


NONSENSE: dict[str, str] = {
    "not JSON": "{hello",
    "nothing": " ",
    "a list": "[]",
    "a text": '"hello"',
    "null": "null",
    "not a number of JSON": '{"t": NaN}',
    "deep": "[" * 5000 + "]" * 5000,
    "half a letter": '{"t": "\\ud800"}',
    "no type": '{"id": "00000000-0000-4000-8000-000000000000"}',
    "an unknown type": '{"t": "message.delete", "id": "00000000-0000-4000-8000-000000000000"}',
    "a type that is no text": '{"t": ["message.post"], "id": "00000000-0000-4000-8000-000000000000"}',
    "the agents' command": '{"t": "status.set", "id": "00000000-0000-4000-8000-000000000000", "status": "online"}',
    "a second hello": '{"t": "hello", "token": "x"}',
}
WRONG_FIELDS: dict[str, dict[str, Any]] = {
    "an extra field": {"color": "red"},
    "a note of a visitor": {"note": True},
    "a number as text": {"text": 7},
    "a list as conversation": {"conversation": ["x"]},
    "an endless conversation": {"conversation": "x" * 17},
    "an empty conversation": {"conversation": ""},
    "an unknown kind": {"kind": "hologram"},
    "an id that is none": {"id": "7"},
    "no id": {"id": None},
    "far too long": {"text": "x" * 32001},
    "a foreign author": {"author_id": 1},
}


@pytest.mark.parametrize("name", NONSENSE)
async def test_nonsense_gets_a_typed_error_and_the_line_lives(cast: Cast, talk: Conversation, name: str) -> None:
    async with visitor_socket() as line:
        await line.hello(token=carols_token(cast), after={})
        line.send_raw(NONSENSE[name])
        assert (await line.hear("error"))["code"] == "bad_frame"
        assert (await line.ask("events.fetch", after={}))["t"] == "ack"
        assert line.code is None


async def test_what_is_not_understood_is_said_in_the_visitors_language(cast: Cast, talk: Conversation) -> None:
    async with visitor_socket() as line:
        await line.hello(token=carols_token(cast), after={}, locale="en")
        line.send_raw(NONSENSE[next(iter(NONSENSE))])
        assert (await line.hear("error"))["text"] == "This request was not understood. Please reload the page."


@pytest.mark.parametrize("name", WRONG_FIELDS)
async def test_wrong_fields_get_a_typed_error_and_store_nothing(cast: Cast, talk: Conversation, name: str) -> None:
    async with visitor_socket() as line:
        await line.hello(token=carols_token(cast), after={})
        line.send(post_frame(talk, "hello") | WRONG_FIELDS[name])
        assert (await line.hear("error"))["code"] == "bad_frame"
    with cast.shop.within():
        assert not Message.objects.exists()


@pytest.mark.parametrize("after", [[], "x", 7, {"c": "1"}, {"c": 1.5}, {"c": True}, {"c": None}, {"../": 1}])
async def test_cursors_that_are_none_are_passed_over(cast: Cast, talk: Conversation, after: object) -> None:
    """Whoever could not connect because of what they remember never could."""
    async with visitor_socket() as line:
        await line.hello(token=carols_token(cast), after=after)


@pytest.mark.parametrize("side", ["visitor", "desk"])
async def test_of_too_many_cursors_the_newest_count(cast: Cast, talk: Conversation, side: str) -> None:
    cast.shop.says(cast.carol, talk, "missed")
    after = {f"c{number}": 1 for number in range(2000)} | {talk.public_id: 1}
    token = carols_token(cast)
    async with visitor_socket() if side == "visitor" else desk_socket(cast.bob) as line:
        await line.hello(**({"token": token} if side == "visitor" else {}), after=after)
        assert (await line.hear("message.posted"))["message"]["text"] == "missed"
        answer = await line.ask("events.fetch", after=after)
        assert "missed" in str(answer["frames"])
    client, headers = (AsyncClient(), bearer(token)) if side == "visitor" else (signed_in_async(cast.bob), {})
    polled = await client.post(f"/api/{side}/poll", {"after": after}, content_type="application/json", headers=headers)
    assert "missed" in str(polled.json())


async def test_cursors_out_of_every_range_are_survived(cast: Cast, talk: Conversation) -> None:
    async with visitor_socket() as line:
        await line.hello(token=carols_token(cast), after={talk.public_id: -(10**12), "unknown": 10**15})
        answer = await line.ask("events.fetch", after={talk.public_id: 10**15})
        assert answer["t"] == "ack"
        assert answer["frames"] == []


async def test_a_megabyte_closes_with_4413_and_the_neighbour_notices_nothing(cast: Cast, talk: Conversation) -> None:
    async with visitor_socket() as line, visitor_socket() as neighbour:
        await line.hello(token=carols_token(cast), after={})
        await neighbour.hello(token=carols_token(cast), after={})
        line.send(post_frame(talk, "x" * 1_000_000))
        assert (await line.hear("error"))["code"] == "frame_too_large"
        assert await line.closed() == 4413
        assert (await neighbour.ask("message.post", post_frame(talk, "I am well")))["t"] == "ack"


async def test_ten_thousand_frames_close_with_4429_and_the_neighbour_notices_nothing(
    cast: Cast, talk: Conversation
) -> None:
    async with visitor_socket() as flood, desk_socket(cast.bob) as neighbour:
        await flood.hello(token=carols_token(cast), after={})
        await neighbour.hello(after={})
        frame = {"t": "typing", "conversation": talk.public_id, "on": True}
        for _ in range(10_000):
            flood.send(frame)
        began = time.monotonic()
        answer = await neighbour.ask("message.post", post_frame(talk, "I am well"))
        assert answer["t"] == "ack"
        assert await flood.closed() == 4429
        assert flood.frames[-1]["code"] == "rate_limited"
        assert time.monotonic() - began < 5


async def test_a_wrong_conversation_is_not_found(cast: Cast, talk: Conversation) -> None:
    theirs = cast.other.held(cast.mike, cast.mallory)
    async with visitor_socket() as line:
        await line.hello(token=carols_token(cast), after={})
        for place in (theirs.public_id, "nowhere"):
            answer = await line.ask("message.post", post_frame(talk, "hello", conversation=place))
            assert (answer["t"], answer["code"]) == ("refused", "not_found")
    assert cast.other.fresh(theirs).last_seq == 0


async def test_both_tabs_of_both_sides_get_every_frame(cast: Cast, talk: Conversation) -> None:
    async with (
        visitor_socket() as carol,
        visitor_socket() as carol_too,
        desk_socket(cast.bob) as bob,
        desk_socket(cast.bob) as bob_too,
    ):
        for line in (carol, carol_too):
            await line.hello(token=carols_token(cast), after={})
        for line in (bob, bob_too):
            await line.hello(after={})
        await carol.ask("message.post", post_frame(talk, "to everybody"))
        heard = [await line.hear("message.posted", conversation=talk.public_id) for line in (carol, carol_too)]
        assert heard[0] == heard[1]
        heard = [await line.hear("message.posted", conversation=talk.public_id) for line in (bob, bob_too)]
        assert heard[0] == heard[1]
        assert heard[0]["message"]["text"] == "to everybody"


async def test_a_private_note_never_reaches_the_visitors_line(cast: Cast, talk: Conversation) -> None:
    async with visitor_socket() as carol, desk_socket(cast.bob) as bob:
        await carol.hello(token=carols_token(cast), after={talk.public_id: 0})
        await bob.hello(after={})
        answer = await bob.ask("message.post", post_frame(talk, "a private note", note=True))
        await bob.hear("note.posted")
        await bob.ask("message.recall", conversation=talk.public_id, n=answer["message"]["n"])
        await bob.ask("message.post", post_frame(talk, "an answer"))
        await carol.hear("message.posted")
        await carol.settle(cast.shop)
        fetched = await carol.ask("events.fetch", after={talk.public_id: 0})
        assert "note" not in str(carol.frames) + str(fetched)


async def test_somebody_elses_message_cannot_be_recalled(cast: Cast, talk: Conversation) -> None:
    cast.shop.says(cast.bob, talk, "bob's")
    async with visitor_socket() as carol:
        await carol.hello(token=carols_token(cast), after={})
        assert (await carol.ask("message.recall", conversation=talk.public_id, n=1))["code"] == "not_found"


async def test_receipts_and_typing_reach_the_other_side(cast: Cast, talk: Conversation) -> None:
    cast.shop.says(cast.carol, talk, "have you read this?")
    async with visitor_socket() as carol, desk_socket(cast.bob) as bob, desk_socket(cast.bob) as bob_too:
        await carol.hello(token=carols_token(cast), after={})
        await bob.hello(after={})
        await bob_too.hello(after={})
        bob.send({"t": "receipt", "conversation": talk.public_id, "delivered": 1, "read": 1})
        assert (await carol.hear("receipt"))["read"] == 1
        assert (await bob_too.hear("unread"))["unread"] == 0
        bob.send({"t": "typing", "conversation": talk.public_id, "on": True})
        assert (await carol.hear("typing"))["on"] is True
        carol.send({"t": "typing", "conversation": talk.public_id, "on": True})
        assert (await bob.hear("typing"))["name"] == "carol"


async def test_a_receipt_moves_forward_only_and_not_beyond_the_last_message(cast: Cast, talk: Conversation) -> None:
    for text in ("one", "two"):
        cast.shop.says(cast.carol, talk, text)
    async with desk_socket(cast.bob) as bob:
        await bob.hello(after={})
        for read in (2_000_000_000, 1, 0):
            bob.send({"t": "receipt", "conversation": talk.public_id, "read": read})
            await bob.settle(cast.shop)
    now = cast.shop.fresh(talk)
    assert (now.agent_read, now.agent_delivered, now.unread) == (2, 2, 0)


async def collect_stream(client: AsyncClient, path: str, **headers: str) -> list[Frame]:
    """The frames of a stream up to the first message."""
    response = await client.post(path, {"after": {}}, content_type="application/json", headers=headers)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/event-stream"
    frames: list[Frame] = []
    chunks: Any = getattr(response, "streaming_content")  # noqa: B009 – the stubs know plain responses only
    try:
        async with asyncio.timeout(5):
            async for chunk in chunks:
                frames.append(orjson.loads(chunk.removeprefix(b"data: ")))
                if frames[-1]["t"] == "message.posted":
                    return frames
    finally:
        await chunks.aclose()
    return frames


async def joined(group: str, members: int) -> None:
    """As many lines of this process listen to the group."""
    await soon(lambda: len(hub.hub()._groups.get(group, ())) == members)


@pytest.mark.parametrize("side", ["visitor", "desk"])
async def test_a_stream_says_what_a_socket_says(cast: Cast, talk: Conversation, side: str) -> None:
    tenant = cast.shop.tenant.pk
    visitor = side == "visitor"
    group = groups.visitor_group(tenant, cast.carol.pk, cast.shop.channel.pk) if visitor else groups.desk_group(tenant)
    client, headers = (AsyncClient(), bearer(carols_token(cast))) if visitor else (signed_in_async(cast.bob), {})
    async with visitor_socket() if visitor else desk_socket(cast.bob) as line:
        await line.hello(**({"token": carols_token(cast)} if visitor else {}), after={})
        task = asyncio.create_task(collect_stream(client, f"/api/{side}/stream", **headers))
        await joined(group, 2)
        cast.shop.says(cast.carol, talk, "for both")
        streamed, heard = await task, await line.hear("message.posted")
    assert streamed[0]["t"] == "ready"
    assert streamed[-1] == heard


@pytest.mark.parametrize("side", ["visitor", "desk"])
async def test_a_poll_says_what_a_socket_says(cast: Cast, talk: Conversation, side: str) -> None:
    tenant = cast.shop.tenant.pk
    visitor = side == "visitor"
    group = groups.visitor_group(tenant, cast.carol.pk, cast.shop.channel.pk) if visitor else groups.desk_group(tenant)
    client, headers = (AsyncClient(), bearer(carols_token(cast))) if visitor else (signed_in_async(cast.bob), {})
    row = cast.shop.fresh(talk)
    after = {talk.public_id: row.last_visitor_event_seq if visitor else row.last_event_seq}
    async with visitor_socket() if visitor else desk_socket(cast.bob) as line:
        await line.hello(**({"token": carols_token(cast)} if visitor else {}), after=after)
        payload = {"after": after, "wait": 5}
        poll = asyncio.create_task(
            client.post(f"/api/{side}/poll", payload, content_type="application/json", headers=headers)
        )
        await joined(group, 2)
        cast.shop.says(cast.carol, talk, "for both")
        frames = (await asyncio.wait_for(poll, 5)).json()["frames"]
        heard = await line.hear("message.posted")
    assert frames[0]["t"] == "digest"
    frames[-1].get("row", {}).get("customer", {}).pop("tags", None)  # a replay has them, where it came before the frame
    assert frames[-1] == heard


async def test_a_command_over_http_is_answered_as_over_a_socket(cast: Cast, talk: Conversation) -> None:
    frame = post_frame(talk, "the same")
    async with visitor_socket() as line:
        await line.hello(token=carols_token(cast), after={})
        over_socket = await line.ask("message.post", frame)
    headers = bearer(carols_token(cast))
    over_http = await AsyncClient().post(
        "/api/visitor/command", frame, content_type="application/json", headers=headers
    )
    assert over_http.status_code == 200
    assert over_http.json() == over_socket


@pytest.mark.parametrize(
    ("change", "status"),
    [({"conversation": "nowhere"}, 404), ({"text": ""}, 422), ({"extra": 1}, 400), ({"text": "x" * 70_000}, 413)],
)
async def test_refusals_over_http_have_their_status(
    cast: Cast, talk: Conversation, change: dict[str, Any], status: int
) -> None:
    answer = await AsyncClient().post(
        "/api/visitor/command",
        post_frame(talk, "hello") | change,
        content_type="application/json",
        headers=bearer(carols_token(cast)),
    )
    assert answer.status_code == status
    assert answer.json()["text"]


async def test_the_agents_carriers_are_closed_to_forged_requests(cast: Cast, talk: Conversation) -> None:
    """A page of another site may make a browser send the cookie; it cannot make it send the CSRF token."""
    client = AsyncClient(enforce_csrf_checks=True)
    client.cookies["kefu_session"] = session_of(cast.bob)
    for path in ("command", "stream", "poll", "files"):
        answer = await client.post(f"/api/desk/{path}", post_frame(talk, "forged"), content_type="application/json")
        assert answer.status_code == 403
    with unscoped(reason="the test looks from above"):
        assert not Message.objects.exists()


@pytest.mark.parametrize("locale", [None, 7, [], {}, "", "xx", "en_US", "../en", "e" * 5000])
def test_clients_speak_a_language_that_there_is(locale: object) -> None:
    assert language_of(locale) == "zh-hans"
    assert [language_of(code) for code in ("zh-hans", "zh-hant", "en")] == ["zh-hans", "zh-hant", "en"]


async def test_the_monitor_answers_in_the_language_of_its_hello(cast: Cast) -> None:
    for locale, word in (("en", "understood"), ("../en", "无法识别")):
        async with Socket("/ws/monitor/", cookie=session_of(cast.alice)) as line:
            await line.hello(after={}, locale=locale)
            line.send({"t": "nothing"})
            assert word in (await line.hear("error"))["text"]
