"""Nobody takes all there is."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conversations.lifecycle import ending
from conversations.lifecycle.opening import TooManyOpen
from conversations.lifecycle.queries import open_conversations_of
from conversations.models import Conversation, Message
from core.errors import TooMany
from core.live import connections, websocket
from core.web import local_limits
from core.web.local_limits import ConcurrencyLimit, RateLimit
from tests.browsers import Request, post
from tests.cast import Cast
from tests.sockets import Socket, bearer, desk_socket, session_of, visitor_socket
from widget.commands.messages import _writing


def test_a_brake_lets_a_burst_and_then_its_pace_for_each_key() -> None:
    brake = RateLimit(3, 0.001)
    assert [brake.allows("carol") for _ in range(5)] == [True, True, True, False, False]
    assert brake.allows("mike")
    assert not brake.allows("mike", cost=3)


def test_a_brake_forgets_who_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_limits, "MAX_KEYS", 10)
    brake = RateLimit(1, 1e9)
    for number in range(1000):
        brake.allows(number)
    assert len(brake._buckets) <= 10_000
    slow = RateLimit(1, 0.0)
    slow._most = 10
    for number in range(1000):
        assert slow.allows(number)
    assert not slow.allows(5)


def test_places_come_back() -> None:
    places = ConcurrencyLimit(1)
    with places.slot("here"), pytest.raises(TooMany), places.slot("here"):
        pass
    with places.slot("here"):
        pass
    assert not places._taken


@pytest.fixture
def few_lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two for each."""
    monkeypatch.setattr(connections, "CONNECTIONS", ConcurrencyLimit(2))
    yield
    assert not connections.CONNECTIONS._taken


@pytest.mark.usefixtures("live_loop", "few_lines")
@pytest.mark.parametrize("side", ["visitor", "desk"])
async def test_one_visitor_or_agent_holds_so_many_lines_of_all_kinds(cast: Cast, side: str) -> None:
    token, cookie = cast.shop.token(cast.carol), session_of(cast.bob)
    options = {"token": token} if side == "visitor" else {"cookie": cookie}
    hello = {"token": token} if side == "visitor" else {}

    def another() -> Socket:
        return visitor_socket() if side == "visitor" else desk_socket(cast.bob)

    async with another() as one, Request(f"/api/{side}/stream", {"after": {}}, **options) as two:
        await one.hello(**hello)
        await two.heard("ready")
        async with another() as three:
            three.send({"t": "hello", **hello})
            assert await three.closed() == 4429
        for carrier in ("stream", "poll"):
            refused = await post(f"/api/{side}/{carrier}", {"after": {}}, **options)
            assert (refused.status, refused.json["code"], refused.json["retry"]) == (429, "too_many", True)
    async with another() as again:
        await again.hello(**hello)


@pytest.mark.usefixtures("live_loop")
async def test_one_address_opens_so_many_sockets(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "SOCKETS", ConcurrencyLimit(1))
    async with visitor_socket() as one:
        async with visitor_socket() as two:
            assert await two.closed() == 4429
            assert two.accepted is None
        assert one.code is None
    async with visitor_socket() as again:
        assert again.accepted is not None


@pytest.mark.usefixtures("live_loop")
async def test_commands_over_http_and_sockets_are_counted_together(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    talk: Conversation = cast.shop.held(cast.carol, cast.bob)
    monkeypatch.setattr(websocket, "COMMANDS", RateLimit(30, 0.001))
    monkeypatch.setattr("core.live.http.COMMANDS", websocket.COMMANDS)
    token = cast.shop.token(cast.carol)
    payload = {"t": "events.fetch", "id": str(uuid.uuid4()), "after": {talk.public_id: 0}}
    assert (await post("/api/visitor/command", payload, token=token)).status == 200
    refused = await post("/api/visitor/command", payload, token=token)
    assert (refused.status, refused.json["code"]) == (429, "rate_limited")
    async with visitor_socket() as line:
        await line.hello(token=token)
        line.send(payload)
        assert (await line.hear("error"))["code"] == "rate_limited"
        assert await line.closed() == 4429


def post_of(text: str) -> dict[str, object]:
    """A visitor's message."""
    return {"t": "message.post", "id": str(uuid.uuid4()), "conversation": None, "kind": "text", "text": text}


@pytest.fixture
def slow_writers(settings: Any) -> Iterator[None]:
    """Three messages a minute."""
    settings.MESSAGES_PER_MINUTE = 3
    _writing.cache_clear()
    yield
    _writing.cache_clear()


@pytest.mark.usefixtures("live_loop", "slow_writers")
async def test_a_visitor_who_writes_faster_than_people_is_asked_to_wait_on_every_carrier(cast: Cast) -> None:
    cast.shop.held(cast.carol, cast.bob)
    token = cast.shop.token(cast.carol)
    async with visitor_socket() as line:
        await line.hello(token=token)
        assert [(await line.ask("message.post", post_of(str(n))))["t"] for n in range(2)] == ["ack", "ack"]
        assert (await post("/api/visitor/command", post_of("three"), token=token)).status == 200
        over_http = await post("/api/visitor/command", post_of("four"), token=token)
        over_socket = await line.ask("message.post", post_of("five"))
    assert over_http.status == 429
    for refused in (over_http.json, over_socket):
        assert (refused["t"], refused["code"], refused["retry"]) == ("refused", "too_many", True)
        assert refused["text"]
    with cast.shop.within():
        assert Message.objects.count() == 3
    with cast.shop.within():
        other = cast.shop.token(cast.shop.welcome("dave"))
    assert (await post("/api/visitor/command", post_of("hello"), token=other)).status == 200


@pytest.mark.parametrize(
    ("addresses", "refused"),
    [
        (["192.0.2.1", "192.0.2.1", "192.0.2.1"], True),
        (["192.0.2.1", "192.0.2.1", "192.0.2.2"], False),
        (["2001:db8::1", "2001:db8::2", "2001:db8::ffff"], True),
        (["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"], False),
        ([None, None, None], False),
    ],
)
def test_from_one_address_so_many_conversations_are_open(
    cast: Cast, settings: Any, addresses: list[str | None], refused: bool
) -> None:
    settings.OPEN_PER_ADDRESS = 2
    visitors = [cast.shop.welcome(f"visitor {number}") for number in range(3)]
    for visitor, address in zip(visitors, addresses, strict=True):
        visitor.address = address
        with cast.shop.within():
            visitor.save(update_fields=["address"])
    for visitor in visitors[:2]:
        cast.shop.open(visitor)
        cast.shop.open(visitor)
    if not refused:
        cast.shop.open(visitors[2])
        return
    with pytest.raises(TooManyOpen):
        cast.shop.open(visitors[2])
    with cast.shop.within():
        ended = open_conversations_of([visitors[0].pk])[visitors[0].pk, cast.shop.channel.pk]
        ending.end_by_visitor(actor=visitors[0].actor(), conversation=ended)
    cast.shop.open(visitors[2])


def test_uploads_are_counted_in_megabytes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("widget.chat.views.UPLOADED", "3/10 minutes")

    def upload() -> int:
        file = SimpleUploadedFile("a.pdf", b"%PDF-1.4 " + b"x" * 1_500_000)
        return (
            Client().post("/api/visitor/files", {"file": file}, headers=bearer(cast.shop.token(cast.carol))).status_code
        )

    assert [upload(), upload()] == [200, 429]


@pytest.mark.usefixtures("live_loop")
@pytest.mark.parametrize("side", ["visitor", "desk"])
async def test_who_types_all_the_time_is_told_now_and_then(cast: Cast, side: str) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    async with visitor_socket() as carol, desk_socket(cast.bob) as bob:
        await carol.hello(token=cast.shop.token(cast.carol))
        await bob.hello()
        writer, reader = (carol, bob) if side == "visitor" else (bob, carol)
        for number in range(100):
            writer.send({"t": "typing", "conversation": talk.public_id, "on": number % 2 == 0})
        await writer.ask("events.fetch", after={})
        await reader.settle(cast.shop)
        assert 1 <= len([frame for frame in reader.frames if frame["t"] == "typing"]) <= 5
