"""Typing preview: who sees what a visitor has not sent yet."""

from typing import Any

import pytest
from django.test import AsyncClient

from conversations.messages.typing_notice import LONGEST_PREVIEW
from conversations.models import Conversation
from core.models import LoggedEvent, SettingValue
from tests.cast import Cast
from tests.sockets import Frame, Socket, bearer, desk_socket, signed_in_async, visitor_socket

pytestmark = pytest.mark.usefixtures("live_loop")
SECRET = "my card is 6222 0000"


@pytest.fixture
def talk(cast: Cast) -> Conversation:
    """carol talks with bob."""
    return cast.shop.held(cast.carol, cast.bob)


def switch(cast: Cast, on: bool, *, level: str = "tenant", object_id: int = 0, locked: bool = False) -> None:
    """What a place of the shop says."""
    with cast.shop.within():
        said = {"value": on, "locked": locked}
        SettingValue.objects.create(level=level, object_id=object_id, name="typing_preview", **said)


def written(talk: Conversation, text: str = SECRET, **fields: Any) -> Frame:
    return {"t": "typing", "conversation": talk.public_id, "on": True, "text": text} | fields


def heard(line: Socket) -> list[Frame]:
    return [frame for frame in line.frames if frame["t"] == "typing"]


async def test_the_holder_sees_it_in_every_tab_and_nobody_else_does(cast: Cast, talk: Conversation) -> None:
    switch(cast, True)
    erin = cast.shop.hire("1009", "erin", status="online")
    async with (
        visitor_socket() as carol,
        visitor_socket() as carol_too,
        desk_socket(cast.bob) as bob,
        desk_socket(cast.bob) as bob_too,
        desk_socket(erin) as colleague,
        desk_socket(cast.alice) as owner,
        desk_socket(cast.mallory) as mallory,
    ):
        for line in (carol, carol_too):
            await line.hello(token=cast.shop.token(cast.carol), after={})
        for line in (bob, bob_too, colleague, owner, mallory):
            await line.hello(after={})
        carol.send(written(talk))
        frames = [await line.hear("typing") for line in (bob, bob_too)]
        for line in (carol, carol_too, colleague, owner):
            await line.settle(cast.shop)
        await mallory.settle(cast.other)
        others = (carol, carol_too, colleague, owner, mallory)
        assert [SECRET in str(line.frames) for line in others] == [False] * 5
    expected = {"t": "typing", "conversation": talk.public_id, "on": True, "name": "carol", "text": SECRET}
    assert frames == [expected, expected]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ([], False),
        ([("tenant", True, False)], True),
        ([("tenant", True, False), ("channel", False, False)], False),
        ([("tenant", False, False), ("channel", True, False)], True),
        ([("tenant", False, True), ("channel", True, False)], False),
        ([("tenant", False, False), ("service_account", True, False)], True),
    ],
)
async def test_it_is_off_by_default_and_follows_the_places(
    cast: Cast, talk: Conversation, said: list[tuple[str, bool, bool]], shown: bool
) -> None:
    """A client that sends it all the same is only seen to be typing; and the chat is told what holds."""
    ids = {"tenant": 0, "service_account": cast.shop.account.pk, "channel": cast.shop.channel.pk}
    for level, on, locked in said:
        switch(cast, on, level=level, object_id=ids[level], locked=locked)
    async with visitor_socket() as carol, desk_socket(cast.bob) as bob:
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        await bob.hello(after={})
        carol.send(written(talk))
        frame = await bob.hear("typing")
        assert (frame["on"], frame.get("text")) == (True, SECRET if shown else None)
    payload = {"channel": cast.shop.channel.public_id, "token": cast.shop.token(cast.carol)}
    session = await AsyncClient().post("/api/visitor/session", payload, content_type="application/json")
    assert session.json()["desk"].get("preview", False) is shown


async def test_what_it_says_is_stored_nowhere(cast: Cast, talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    switch(cast, True)
    caplog.set_level("DEBUG")
    async with visitor_socket() as carol, desk_socket(cast.bob) as bob:
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        await bob.hello(after={})
        with cast.shop.within():
            before = LoggedEvent.objects.count()
        carol.send(written(talk))
        assert (await bob.hear("typing"))["text"] == SECRET
        with cast.shop.within():
            assert LoggedEvent.objects.count() == before
    assert cast.shop.fresh(talk).last_seq == 0
    assert SECRET not in caplog.text


@pytest.mark.parametrize("text", ["x" * (LONGEST_PREVIEW + 1), "a\0b", 7, None, ["x"]])
async def test_what_is_too_long_or_no_text_is_refused(cast: Cast, talk: Conversation, text: object) -> None:
    switch(cast, True)
    async with visitor_socket() as carol, desk_socket(cast.bob) as bob:
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        await bob.hello(after={})
        carol.send(written(talk) | {"text": text})
        assert (await carol.hear("error"))["code"] == "bad_frame"
        await bob.settle(cast.shop)
        assert heard(bob) == []


async def test_the_longest_is_seen_whole(cast: Cast, talk: Conversation) -> None:
    switch(cast, True)
    async with visitor_socket() as carol, desk_socket(cast.bob) as bob:
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        await bob.hello(after={})
        carol.send(written(talk, "茶" * LONGEST_PREVIEW))
        assert (await bob.hear("typing"))["text"] == "茶" * LONGEST_PREVIEW


async def test_an_agent_cannot_send_it(cast: Cast, talk: Conversation) -> None:
    switch(cast, True)
    async with visitor_socket() as carol, desk_socket(cast.bob) as bob:
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        await bob.hello(after={})
        bob.send(written(talk))
        assert (await bob.hear("error"))["code"] == "bad_frame"
        await carol.settle(cast.shop)
        assert heard(carol) == []


async def test_more_than_one_a_second_is_passed_over(cast: Cast, talk: Conversation) -> None:
    switch(cast, True)
    async with visitor_socket() as carol, desk_socket(cast.bob) as bob:
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        await bob.hello(after={})
        for number in range(100):
            carol.send(written(talk, f"{number}"))
        await carol.ask("events.fetch", after={})
        await bob.settle(cast.shop)
        assert 1 <= len(heard(bob)) <= 6


async def test_a_strangers_conversation_and_one_that_waits_or_is_over_show_nothing(
    cast: Cast, talk: Conversation
) -> None:
    switch(cast, True)
    dave = cast.shop.welcome("dave")
    async with visitor_socket() as line, desk_socket(cast.bob) as bob, desk_socket(cast.mallory) as mallory:
        await line.hello(token=cast.shop.token(dave), after={})
        await bob.hello(after={})
        await mallory.hello(after={})
        theirs = cast.other.held(cast.mike, cast.mallory)
        cast.shop.status(cast.bob, "away")
        waiting = cast.shop.open(dave)
        for place in (talk, theirs, waiting):
            line.send(written(place))
        await line.ask("events.fetch", after={})
        await bob.settle(cast.shop)
        await mallory.settle(cast.other)
        assert [heard(desk) for desk in (bob, mallory)] == [[], []]


async def test_the_new_holder_sees_it_and_the_old_one_no_more(cast: Cast, talk: Conversation) -> None:
    switch(cast, True)
    erin = cast.shop.hire("1009", "erin", status="online")
    async with visitor_socket() as carol, desk_socket(cast.bob) as bob, desk_socket(erin) as her:
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        await bob.hello(after={})
        await her.hello(after={})
        await bob.ask("conversation.transfer", conversation=talk.public_id, to=erin.public_id)
        carol.send(written(talk))
        assert (await her.hear("typing"))["text"] == SECRET
        await bob.settle(cast.shop)
        assert heard(bob) == []


async def test_it_works_without_sockets_on_either_side(cast: Cast, talk: Conversation) -> None:
    switch(cast, True)
    headers, row = bearer(cast.shop.token(cast.carol)), cast.shop.fresh(talk)
    async with desk_socket(cast.bob) as bob:
        await bob.hello(after={})
        answer = await AsyncClient().post(
            "/api/visitor/command", written(talk), content_type="application/json", headers=headers
        )
        assert answer.status_code == 204
        assert (await bob.hear("typing"))["text"] == SECRET
    poll = await signed_in_async(cast.bob).post(
        "/api/desk/poll", {"after": {talk.public_id: row.last_event_seq}, "wait": 0}, content_type="application/json"
    )
    assert SECRET not in poll.content.decode()  # it is no part of what can be asked for again
