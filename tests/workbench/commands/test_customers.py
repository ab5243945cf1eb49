"""A change of a customer reaches every desk that shows them and no other, also one that was away; never the visitor."""

import pytest

from accounts.models import AuditEntry
from conversations.lifecycle import ending
from conversations.models import Conversation
from core.events.customers import CustomerChanged
from core.models import LoggedEvent
from tests.cast import Cast
from tests.sockets import Frame, desk_socket, visitor_socket

pytestmark = pytest.mark.usefixtures("live_loop")


def noting(conversation: Conversation, text: str, seen: str = "") -> Frame:
    """The payload that notes a remark."""
    return {
        "conversation": conversation.public_id,
        "field": "remark",
        "seen": {"remark": seen},
        "values": {"remark": text},
    }


async def test_the_holders_row_has_the_new_name_and_the_visitor_hears_nothing(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    async with desk_socket(cast.bob) as bob, desk_socket(cast.alice) as alice, visitor_socket() as carol:
        await bob.hello(), await alice.hello(), await carol.hello(token=cast.shop.token(cast.carol))
        answer = await alice.ask("customer.change", noting(talk, "VIP Carol"))
        assert answer["customer"]["name"] == "VIP Carol"
        assert answer["customer"]["own_name"] == "carol"
        assert answer["theirs"] is None
        frame = await bob.hear("customer.changed", conversation=talk.public_id)
        assert frame["row"]["customer"]["name"] == "VIP Carol"
        await bob.ask("message.post", {"conversation": talk.public_id, "kind": "text", "text": "Hello"})
        await carol.hear("message.posted")
        assert "VIP" not in str(carol.frames)
        assert (await bob.hear("message.posted"))["row"]["customer"]["name"] == "VIP Carol"
        assert not [frame for frame in alice.frames if frame["t"] == "customer.changed"], "she shows no row of theirs"


async def test_the_audit_log_says_from_where(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    async with desk_socket(cast.bob) as bob:
        await bob.hello()
        await bob.ask("customer.change", noting(talk, "VIP Carol"))
        await bob.ask("customer.reveal", {"conversation": talk.public_id, "field": "phone"})
    with cast.shop.within():
        found = AuditEntry.objects.filter(object_kind="customer").values_list("action", "address")
        assert set(found) == {("customer.changed", "127.0.0.1"), ("customer.revealed", "127.0.0.1")}


async def test_who_waits_is_shown_anew_to_those_who_may_accept_and_to_nobody_when_held(cast: Cast) -> None:
    for agent in (cast.alice, cast.bob):
        cast.shop.status(agent, "busy")
    waiting = cast.shop.open(cast.carol)
    async with desk_socket(cast.bob) as bob, desk_socket(cast.alice) as alice:
        await bob.hello(), await alice.hello()
        await alice.ask("customer.change", noting(waiting, "first"))
        assert (await bob.hear("customer.changed"))["row"]["customer"]["name"] == "first"
        await alice.ask("conversation.accept", {"conversation": waiting.public_id})
        await alice.ask("customer.change", noting(waiting, "second", "first"))
        await alice.hear("customer.changed", conversation=waiting.public_id)
        await bob.settle(cast.shop)
        assert not [frame for frame in bob.frames if frame["t"] == "customer.changed"]


async def test_a_desk_that_was_away_is_told_afterwards(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    async with desk_socket(cast.alice) as alice:
        await alice.hello()
        await alice.ask("customer.change", noting(talk, "VIP Carol"))
        await alice.ask("customer.tag", {"conversation": talk.public_id, "name": "returns"})
    async with desk_socket(cast.bob) as bob:
        await bob.hello(after={talk.public_id: cast.shop.fresh(talk).last_event_seq - 2})
        assert (await bob.hear("customer.changed"))["row"]["customer"]["name"] == "VIP Carol"


async def test_the_conversation_that_ended_today_is_told_of_too(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    with cast.shop.within():
        ending.end_by_agent(actor=cast.bob.actor(), conversation=talk.public_id)
    async with desk_socket(cast.bob) as bob:
        await bob.hello()
        await bob.ask("customer.change", noting(talk, "VIP Carol"))
        assert (await bob.hear("customer.changed"))["row"]["state"] == "ended"


async def test_two_agents_who_change_one_field_are_shown_both_values(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    async with desk_socket(cast.bob) as bob, desk_socket(cast.alice) as alice:
        await bob.hello(), await alice.hello()
        await alice.ask("customer.change", noting(talk, "Caroline"))
        answer = await bob.ask("customer.change", noting(talk, "Carolina"))
        assert answer["theirs"] == {"by": "alice", "values": {"remark": "Caroline"}}
        assert answer["customer"]["name"] == "Caroline"


@pytest.mark.parametrize(
    "frame",
    [
        {"t": "customer.change", "field": "phone", "seen": {}, "values": {"phone": "no number"}},
        {"t": "customer.tag", "name": " "},
    ],
)
async def test_what_cannot_be_noted_is_refused_with_a_sentence(cast: Cast, frame: Frame) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    async with desk_socket(cast.bob) as bob:
        await bob.hello()
        answer = await bob.ask(frame["t"], frame | {"conversation": talk.public_id})
        assert (answer["t"], answer["code"]) == ("refused", "invalid_value")
        assert answer["text"].startswith("请")


async def test_a_conversation_that_one_may_not_see_has_no_customer(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.alice)
    async with desk_socket(cast.bob) as bob:
        await bob.hello()
        answer = await bob.ask("customer.change", noting(talk, "mine"))
        assert answer["code"] == "not_found"
    with cast.shop.within():
        assert not LoggedEvent.objects.filter(name=CustomerChanged.name).exists()
