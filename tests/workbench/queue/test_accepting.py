"""Several desks want the same conversation of the queue."""

import asyncio

import pytest

from tests.cast import Cast
from tests.sockets import desk_socket, signed_in

pytestmark = pytest.mark.usefixtures("live_loop")
TIMES = 8


async def test_of_two_who_accept_at_once_one_holds_it_and_the_other_is_told_who(cast: Cast) -> None:
    dave = cast.shop.hire("1002", "dave", status="busy")
    cast.shop.status(cast.bob, "busy")
    nicknames = {cast.bob.nickname, dave.nickname}
    async with desk_socket(cast.bob) as bob, desk_socket(dave) as other:
        await bob.hello(), await other.hello()
        for time in range(TIMES):
            talk = cast.shop.open(cast.shop.welcome(f"visitor {time}"))
            wanted = {"conversation": talk.public_id}
            both = (bob, other) if time % 2 else (other, bob)
            answers = await asyncio.gather(*(desk.ask("conversation.accept", wanted) for desk in both))
            (got,) = [each for each in answers if each["t"] == "ack"]
            (refused,) = [each for each in answers if each["t"] == "refused"]
            winner = got["row"]["agent"]["name"]
            assert refused["code"] == "already_taken"
            assert winner in refused["text"] and not (nicknames - {winner}) & set(refused["text"].split())
    held = [signed_in(agent).get("/api/desk/state").json() for agent in (cast.bob, dave)]
    assert sum(len(each["rows"]) for each in held) == TIMES
    assert [each["queue"] for each in held] == [[], []]
    assert [each["me"]["load"] for each in held] == [len(each["rows"]) for each in held]


async def test_who_asks_for_what_he_has_by_now_gets_its_row(cast: Cast) -> None:
    """It was given to him in this moment, or the answer was lost and the command repeated."""
    cast.shop.status(cast.bob, "busy")
    wanted = {"conversation": cast.shop.open(cast.carol).public_id}
    async with desk_socket(cast.bob) as bob:
        await bob.hello()
        once, again = [await bob.ask("conversation.accept", wanted) for _ in range(2)]
        assert [each["row"]["agent"]["name"] for each in (once, again)] == ["bob", "bob"]
        assert once["row"]["assigned_at"] == again["row"]["assigned_at"]
        await bob.ask("conversation.end", wanted)
        assert (await bob.ask("conversation.accept", wanted))["code"] == "ended"
