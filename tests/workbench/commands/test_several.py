"""Several conversations at once, unread again, and the agent's own cap."""

import asyncio

import pytest

from accounts.models import Agent, Group, Membership
from conversations.models import Conversation
from core.models import SettingValue
from tests.cast import Cast
from tests.sockets import desk_socket

pytestmark = pytest.mark.usefixtures("live_loop")


def asking(cast: Cast, agent: Agent, name: str) -> Conversation:
    """A conversation of a new customer that the agent holds, with a question."""
    customer = cast.shop.welcome(name)
    talk = cast.shop.held(customer, agent)
    cast.shop.says(customer, talk, "Is there tea?")
    talk.customer = customer
    return talk


async def test_several_end_together_and_those_that_go_on_say_why(cast: Cast) -> None:
    dave = cast.shop.hire("1002", "dave", status="busy")
    mine = [asking(cast, cast.bob, name) for name in ("ann", "ben")]
    daves, nobodys = asking(cast, dave, "cid"), "A" * 16
    async with desk_socket(cast.bob) as bob:
        await bob.hello()
        names = [*(talk.public_id for talk in mine), daves.public_id, nobodys]
        refused = (await bob.ask("conversations.end", {"conversations": names}))["refused"]
        assert {each["conversation"]: each["code"] for each in refused} == {
            daves.public_id: "not_yours",
            nobodys: "not_found",
        }
        assert all(each["text"] for each in refused)
        again = (await bob.ask("conversations.end", {"conversations": names[:2]}))["refused"]
        assert again == [], "what is over is no failure: the answer was lost, and the command repeated"
    assert [cast.shop.fresh(talk).state for talk in (*mine, daves)] == ["ended", "ended", "active"]


async def test_many_nuisances_leave_with_one_command(cast: Cast) -> None:
    cast.shop.status(cast.bob, "busy")
    waiting = [cast.shop.open(cast.shop.welcome(name)) for name in ("ann", "ben", "cid")]
    async with desk_socket(cast.bob) as bob:
        await bob.hello()
        await bob.ask("conversation.accept", {"conversation": waiting[0].public_id})
        names = [each.public_id for each in waiting]
        refused = (await bob.ask("conversations.discard", {"conversations": names}))["refused"]
        assert [(each["conversation"], each["code"]) for each in refused] == [(names[0], "already_taken")]
        assert "bob" in refused[0]["text"]
    assert [cast.shop.fresh(each).end_reason for each in waiting] == ["", "spam", "spam"]


async def test_several_are_handed_to_a_colleague_with_the_note_and_those_that_stay_say_why(cast: Cast) -> None:
    dave = cast.shop.hire("1002", "dave", status="online", cap=1)
    mine = [asking(cast, cast.bob, name) for name in ("ann", "ben")]
    daves, over = asking(cast, dave, "cid"), asking(cast, cast.bob, "dot")
    async with desk_socket(cast.bob) as bob, desk_socket(dave) as other:
        await bob.hello(), await other.hello()
        await bob.ask("conversation.end", {"conversation": over.public_id})
        names = [each.public_id for each in (*mine, daves, over)]
        asked = {"conversations": names, "to": dave.public_id, "note": "I go home"}
        refused = (await bob.ask("conversations.transfer", asked))["refused"]
        assert {each["conversation"]: each["code"] for each in refused} == {
            daves.public_id: "not_yours",
            over.public_id: "ended",
        }
        for talk in mine:
            row = (await other.hear("conversation.transferred", conversation=talk.public_id))["row"]
            assert (row["handed_by"], row["note"]) == ("bob", "I go home")
        cast.shop.status(dave, "offline")
        again = {"conversations": [mine[0].public_id], "to": cast.alice.public_id}
        assert (await other.ask("conversations.transfer", again))["refused"][0]["code"] == "agent_unavailable"
        nobodys = {"conversations": [mine[0].public_id], "to": cast.mallory.public_id}
        assert (await other.ask("conversations.transfer", nobodys))["refused"][0]["code"] == "not_found"
    assert [cast.shop.fresh(talk).agent_id for talk in mine] == [dave.pk, dave.pk], "above the limit too"


async def test_a_group_shares_them_by_load_and_nobody_of_it_goes_above_the_limit(cast: Cast) -> None:
    dave = cast.shop.hire("1002", "dave", status="online", cap=2)
    erin = cast.shop.hire("1003", "erin", status="online", cap=2)
    away = cast.shop.hire("1004", "frank", status="away", cap=9)
    with cast.shop.within():
        group = Group.objects.create(name="After sales")
        for agent in (dave, erin, away, cast.bob):
            Membership.objects.create(group=group, agent=agent)
    asking(cast, dave, "earlier")
    mine = [asking(cast, cast.bob, name) for name in ("ann", "ben", "cid", "dot")]
    async with desk_socket(cast.bob) as bob:
        await bob.hello()
        names = [each.public_id for each in mine]
        refused = (await bob.ask("conversations.transfer", {"conversations": names, "to": group.public_id}))["refused"]
        assert [(each["conversation"], each["code"]) for each in refused] == [(names[3], "agent_unavailable")]
        with cast.shop.within():
            assert [Agent.objects.get(pk=each.pk).load for each in (dave, erin, away)] == [2, 2, 0]
        one = {"conversation": names[3], "to": group.public_id}
        assert (await bob.ask("conversation.transfer", one))["code"] == "agent_unavailable"
        cast.shop.status(away, "online")
        assert (await bob.ask("conversation.transfer", one))["row"]["agent"]["id"] == away.public_id


async def test_two_who_hand_over_the_same_do_it_once(cast: Cast) -> None:
    dave = cast.shop.hire("1002", "dave", status="online")
    erin = cast.shop.hire("1003", "erin", status="online")
    mine = [asking(cast, cast.bob, name) for name in ("ann", "ben", "cid")]
    names = [each.public_id for each in mine]
    async with desk_socket(cast.bob) as one, desk_socket(cast.bob) as two:
        await one.hello(), await two.hello()
        answers = await asyncio.gather(
            one.ask("conversations.transfer", {"conversations": names, "to": dave.public_id}),
            two.ask("conversations.transfer", {"conversations": names[::-1], "to": erin.public_id}),
        )
    refused = [{each["conversation"] for each in answer["refused"]} for answer in answers]
    holders = {each.public_id: cast.shop.fresh(each).agent_id for each in mine}
    assert refused[0] | refused[1] == set(names)
    assert refused[0] & refused[1] == set()
    assert all(holders[name] == (erin.pk if name in refused[0] else dave.pk) for name in names)


async def test_several_are_read_as_far_as_they_were_seen_and_only_mine(cast: Cast) -> None:
    dave = cast.shop.hire("1002", "dave", status="busy")
    one, daves = asking(cast, cast.bob, "ann"), asking(cast, dave, "ben")
    seen = cast.shop.fresh(one).last_seq
    cast.shop.says(one.customer, one, "And green tea?")
    async with desk_socket(cast.bob) as bob, desk_socket(cast.bob) as other:
        await bob.hello(), await other.hello()
        await bob.ask("conversations.read", {"read": {one.public_id: seen, daves.public_id: 9}})
        assert (await other.hear("unread", conversation=one.public_id))["unread"] == 1
    now = cast.shop.fresh(one)
    assert (now.unread, now.agent_read) == (1, seen)
    assert cast.shop.fresh(daves).unread > 0


async def test_what_was_marked_is_unread_in_every_tab_until_it_is_read_again(cast: Cast) -> None:
    talk = asking(cast, cast.bob, "ann")
    n = cast.shop.fresh(talk).last_seq
    async with desk_socket(cast.bob) as bob, desk_socket(cast.bob) as other:
        await bob.hello(), await other.hello()
        await bob.ask("conversations.read", {"read": {talk.public_id: n}})
        assert (await other.hear("unread"))["unread"] == 0
        await bob.ask("conversation.mark_unread", {"conversation": talk.public_id})
        assert (await other.hear("unread", unread=1))["conversation"] == talk.public_id
        now = cast.shop.fresh(talk)
        assert (now.unread, now.agent_read) == (1, n), "the customer's marks stay"
        await bob.ask("conversations.read", {"read": {talk.public_id: n}})
        assert cast.shop.fresh(talk).unread == 0


async def test_what_has_no_number_is_counted_in_digests(cast: Cast) -> None:
    talk = asking(cast, cast.bob, "ann")
    async with desk_socket(cast.bob) as bob:
        await bob.hello()
        digest = await bob.hear("digest")
        assert digest["marks"][talk.public_id][2] == cast.shop.fresh(talk).unread > 0
        assert digest["stars"] == [0, None]
        await bob.ask("customer.star", {"customer": talk.customer.public_id, "on": True})
    async with desk_socket(cast.bob) as bob:
        await bob.hello()
        count, latest = (await bob.hear("digest"))["stars"]
        assert count == 1 and digest["now"] <= latest + 1


async def test_only_what_i_hold_can_be_unread_again(cast: Cast) -> None:
    talk = asking(cast, cast.bob, "ann")
    async with desk_socket(cast.alice) as alice, desk_socket(cast.bob) as bob:
        await alice.hello(), await bob.hello()
        assert (await alice.ask("conversation.mark_unread", {"conversation": talk.public_id}))["code"] == "not_yours"
        await bob.ask("conversation.end", {"conversation": talk.public_id})
        assert (await bob.ask("conversation.mark_unread", {"conversation": talk.public_id}))["code"] == "ended"


async def test_who_manages_the_team_raises_the_own_cap_and_others_are_refused(cast: Cast) -> None:
    async with desk_socket(cast.alice) as alice, desk_socket(cast.bob) as bob:
        await alice.hello(), await bob.hello()
        assert (await alice.ask("cap.set", {"cap": 25}))["me"]["cap"] == 25
        assert (await bob.ask("cap.set", {"cap": 25}))["code"] == "forbidden"
    with cast.shop.within():
        assert SettingValue.objects.get(level="agent", object_id=cast.alice.pk).value == 25
