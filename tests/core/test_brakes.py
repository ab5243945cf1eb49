"""Nobody takes all there is."""

import uuid
from collections.abc import Iterator

import pytest

from conversations.models import Conversation
from core import brakes, parties, sockets
from core.brakes import Brake, Places
from core.errors import TooMany
from tests.browsers import Request, post
from tests.cast import Cast
from tests.lines import Socket, desk_socket, session_of, visitor_socket


def test_a_brake_lets_a_burst_and_then_its_pace_for_each_key() -> None:
    brake = Brake(3, 0.001)
    assert [brake.lets("carol") for _ in range(5)] == [True, True, True, False, False]
    assert brake.lets("mike")
    assert not brake.lets("mike", cost=3)


def test_a_brake_forgets_who_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brakes, "MOST_KEYS", 10)
    brake = Brake(1, 1e9)
    for number in range(1000):
        brake.lets(number)
    assert len(brake._buckets) <= 10_000
    slow = Brake(1, 0.0)
    slow._most = 10
    for number in range(1000):
        assert slow.lets(number)
    assert not slow.lets(5)


def test_places_come_back() -> None:
    places = Places(1)
    with places.one("here"), pytest.raises(TooMany), places.one("here"):
        pass
    with places.one("here"):
        pass
    assert not places._taken


@pytest.fixture
def few_lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two for each."""
    monkeypatch.setattr(parties, "LINES", Places(2))
    yield
    assert not parties.LINES._taken


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
    monkeypatch.setattr(sockets, "SOCKETS", Places(1))
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
    monkeypatch.setattr(sockets, "COMMANDS", Brake(30, 0.001))
    monkeypatch.setattr("core.carriers.COMMANDS", sockets.COMMANDS)
    token = cast.shop.token(cast.carol)
    wish = {"t": "events.fetch", "id": str(uuid.uuid4()), "after": {talk.public_id: 0}}
    assert (await post("/api/visitor/command", wish, token=token)).status == 200
    refused = await post("/api/visitor/command", wish, token=token)
    assert (refused.status, refused.json["code"]) == (429, "rate_limited")
    async with visitor_socket() as line:
        await line.hello(token=token)
        line.send(wish)
        assert (await line.hear("error"))["code"] == "rate_limited"
        assert await line.closed() == 4429
