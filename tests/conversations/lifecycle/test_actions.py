"""The acts on a conversation: one state machine, one open conversation, one minute more or less that counts."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Agent
from conversations.lifecycle import assigning, ending, transferring
from conversations.lifecycle.assigning import AgentUnavailable
from conversations.lifecycle.state import WrongState
from conversations.messages import recalling
from conversations.messages.recalling import TooLate
from conversations.models import Conversation, Message
from conversations.posting import receipts
from conversations.posting.drafts import Ended, NotYours
from conversations.states import MOVES, State, may_move
from conversations.timeline.wire import agent_row
from core.actors import SYSTEM
from core.errors import NotFound
from core.models import LoggedEvent
from customers.models import Customer
from tests.cast import Cast, at_once
from tests.sockets import desk_socket


def test_the_table_of_states_is_the_products() -> None:
    allowed = {(before, after) for before in State.values for after in State.values if may_move(before, after)}
    assert allowed == {
        ("bot", "queued"), ("bot", "ended"),
        ("queued", "active"), ("queued", "ended"),
        ("active", "active"), ("active", "queued"), ("active", "ended"),
    }  # fmt: skip
    assert set(MOVES) == set(State.values)


def test_nothing_leads_out_of_the_end(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    with cast.shop.within():
        ending.end_by_agent(actor=cast.bob.actor(), conversation=talk.public_id)
        for refused in (ending.end_by_agent, assigning.accept):
            with pytest.raises((Ended, WrongState)):
                refused(actor=cast.bob.actor(), conversation=talk.public_id)
        with pytest.raises(Ended):
            transferring.transfer(actor=cast.bob.actor(), conversation=talk.public_id, to=cast.alice.public_id)
        with pytest.raises(Ended):
            ending.end_by_visitor(actor=cast.carol.actor(), conversation=talk.public_id)
        with pytest.raises(WrongState):
            transferring.requeue(actor=cast.bob.actor(), conversation_id=talk.pk, cause="test")
        assert LoggedEvent.objects.filter(name="conversation.ended").count() == 1


@pytest.mark.parametrize(
    "wrong", [{"state": "active"}, {"state": "ended"}, {"ended_at": timezone.now()}, {"state": "bot", "agent": True}]
)
def test_the_database_itself_refuses_a_state_that_cannot_be(cast: Cast, wrong: dict[str, object]) -> None:
    talk = cast.shop.open(cast.carol)
    change = {key: cast.bob if value is True else value for key, value in wrong.items()}
    with cast.shop.within(), pytest.raises(IntegrityError), transaction.atomic():
        Conversation.objects.filter(pk=talk.pk).update(**change)


def test_ten_pages_of_one_visitor_open_one_conversation(cast: Cast) -> None:
    with cast.shop.within():
        found = at_once(*[lambda: cast.shop.open(cast.carol).pk] * 10)
        assert len(set(found)) == 1, found
        assert Conversation.objects.count() == 1
        assert LoggedEvent.objects.filter(name="conversation.opened").count() == 1


def test_after_the_end_a_new_one_begins_and_the_old_one_stays(cast: Cast) -> None:
    first = cast.shop.open(cast.carol)
    with cast.shop.within():
        ending.end_by_visitor(actor=cast.carol.actor(), conversation=first.public_id)
        found = at_once(*[lambda: cast.shop.open(cast.carol).pk] * 10)
        assert set(found) != {first.pk}
        assert Conversation.objects.count() == 2


def test_both_sides_end_at_once_and_one_is_told_that_it_was_over(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    with cast.shop.within():
        results = at_once(
            lambda: ending.end_by_agent(actor=cast.bob.actor(), conversation=talk.public_id),
            lambda: ending.end_by_visitor(actor=cast.carol.actor(), conversation=talk.public_id),
        )
        assert sorted(type(result).__name__ for result in results) == ["Ended", "dict"]
        assert LoggedEvent.objects.filter(name="conversation.ended").count() == 1


def written(cast: Cast, *, ago: timedelta) -> Conversation:
    """carol wrote something that long ago."""
    talk = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, talk, "words to regret")
    with cast.shop.within():
        Message.objects.update(created_at=timezone.now() - ago)
    return talk


def test_a_message_can_be_recalled_within_two_minutes_and_twice_is_once(cast: Cast) -> None:
    talk = written(cast, ago=timedelta(seconds=118))
    with cast.shop.within():
        for _ in range(2):
            recalling.recall(actor=cast.carol.actor(), conversation=talk.public_id, n=1)
        assert LoggedEvent.objects.filter(name="message.recalled").count() == 1
        assert Message.objects.get().text == "words to regret", "auditors can still read it"
        assert cast.shop.fresh(talk).last_text == ""


def test_a_recalled_note_and_what_was_said_before_it_leave_the_list(cast: Cast) -> None:
    talk = written(cast, ago=timedelta())
    cast.shop.says(cast.bob, talk, "careful", note=True)
    shown = cast.shop.fresh(talk)
    assert (shown.last_text, shown.note_text) == ("words to regret", "careful")
    with cast.shop.within():
        recalling.recall(actor=cast.carol.actor(), conversation=talk.public_id, n=1)
        assert (cast.shop.fresh(talk).last_text, cast.shop.fresh(talk).note_text) == ("", "careful")
        recalling.recall(actor=cast.bob.actor(), conversation=talk.public_id, n=2)
    assert cast.shop.fresh(talk).note_text == ""


def test_after_two_minutes_it_is_too_late(cast: Cast) -> None:
    talk = written(cast, ago=timedelta(seconds=121))
    with cast.shop.within(), pytest.raises(TooLate):
        recalling.recall(actor=cast.carol.actor(), conversation=talk.public_id, n=1)


def test_only_the_author_recalls(cast: Cast) -> None:
    talk = written(cast, ago=timedelta())
    with cast.shop.within():
        for actor in (cast.bob.actor(), cast.alice.actor(), cast.shop.welcome("dora").actor()):
            with pytest.raises(NotFound):
                recalling.recall(actor=actor, conversation=talk.public_id, n=1)


def test_only_the_holder_or_who_may_see_all_hands_over(cast: Cast) -> None:
    talk, dave = cast.shop.held(cast.carol, cast.bob), cast.shop.hire("1002", "dave", status="online")
    with cast.shop.within():
        with pytest.raises(NotYours):
            transferring.transfer(actor=dave.actor(), conversation=talk.public_id, to=dave.public_id)
        with pytest.raises(AgentUnavailable):
            transferring.transfer(actor=cast.bob.actor(), conversation=talk.public_id, to=cast.alice.public_id)
        with pytest.raises(NotFound):
            transferring.transfer(actor=cast.bob.actor(), conversation=talk.public_id, to=cast.mallory.public_id)
        transferring.transfer(actor=cast.alice.actor(), conversation=talk.public_id, to=dave.public_id, note="for you")
    now = cast.shop.fresh(talk)
    assert (now.agent_id, now.last_note, now.last_seq) == (dave.pk, True, 1)


def test_an_agent_of_another_group_cannot_take_from_the_queue(cast: Cast) -> None:
    talk, stranger = cast.shop.open(cast.carol), cast.shop.hire("1002", "dave", status="online")
    cast.shop.status(stranger, "busy")
    with cast.shop.within():
        stranger.memberships.all().delete()
        with pytest.raises((NotFound, WrongState)):
            assigning.accept(actor=stranger.actor(), conversation=talk.public_id)


def take_back(cast: Cast, who: Agent | Customer, place: Conversation, n: int) -> tuple[int, bool]:
    """Recall a message; what is unread then, and whether the customer waits."""
    with cast.shop.within():
        recalling.recall(actor=who.actor(), conversation=place.public_id, n=n)
    after = cast.shop.fresh(place)
    return after.unread, after.waiting_since is not None


def test_what_was_taken_back_is_not_unread_and_nobody_waits_for_it(cast: Cast) -> None:
    place = cast.shop.held(cast.carol, cast.bob)
    for text in ("one", "two"):
        cast.shop.says(cast.carol, place, text)
    assert take_back(cast, cast.carol, place, 1) == (1, True)
    with cast.shop.within():
        second = Message.objects.get(conversation=place, seq=2)
    assert cast.shop.fresh(place).waiting_since == second.created_at
    assert take_back(cast, cast.carol, place, 2) == (0, False)


def test_whose_answer_was_taken_back_waits_again(cast: Cast) -> None:
    place = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, place, "one")
    asked = cast.shop.fresh(place).waiting_since
    cast.shop.says(cast.bob, place, "wrong window")
    assert take_back(cast, cast.bob, place, 2) == (0, True)
    assert cast.shop.fresh(place).waiting_since == asked


def test_a_recalled_note_counts_nothing(cast: Cast) -> None:
    place = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, place, "one")
    cast.shop.says(cast.bob, place, "for us", note=True)
    assert take_back(cast, cast.bob, place, 2) == (1, True)


def test_whoever_is_offline_is_told_how_to_accept(cast: Cast) -> None:
    place = cast.shop.open(cast.carol)
    with cast.shop.within(), pytest.raises(assigning.AgentUnavailable) as refused:
        assigning.accept(actor=cast.bob.actor(), conversation=place.public_id)
    assert refused.value.code == "agent_unavailable"
    assert "您当前离线" in str(refused.value)


def test_accepting_writes_the_conversation_once_and_reads_its_wide_row_once(cast: Cast) -> None:
    place = cast.shop.open(cast.carol)
    cast.shop.status(cast.bob, "busy")
    with cast.shop.within(), CaptureQueriesContext(connection) as told:
        row = assigning.accept(actor=cast.bob.actor(), conversation=place.public_id)
    statements = [each["sql"].lower() for each in told.captured_queries]
    assert sum("update conversations_conversation" in sql.replace('"', "") for sql in statements) == 1
    assert sum("as last_author_agent" in sql for sql in statements) == 1
    assert row["agent_id"] == cast.bob.pk


@pytest.mark.usefixtures("live_loop")
async def test_at_the_cap_accepting_asks_and_is_done_when_it_is_meant(cast: Cast) -> None:
    full = cast.shop.hire("1007", "full", cap=1, status="busy")
    cast.shop.held(cast.shop.welcome("first"), full)
    place = cast.shop.open(cast.carol)
    async with desk_socket(full) as desk:
        await desk.hello(after={}, locale="en")
        refused = await desk.ask("conversation.accept", conversation=place.public_id)
        assert (refused["t"], refused["code"]) == ("refused", "above_cap")
        assert "1/1" in refused["text"]
        assert cast.shop.fresh(place).state == State.QUEUED
        taken = await desk.ask("conversation.accept", conversation=place.public_id, above=True)
        assert taken["t"] == "ack"
    assert cast.shop.fresh(place).agent_id == full.pk


def reads(cast: Cast, agent: Agent, place: Conversation, n: int) -> Conversation:
    """The agent's desk has read as far as message `n`."""
    with cast.shop.within():
        receipts.move([receipts.Receipt(place.public_id, "agent", agent.pk, n, n)])
    return cast.shop.fresh(place)


def test_what_was_given_back_stays_unread_whatever_is_taken_back(cast: Cast) -> None:
    place = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, place, "one")
    cast.shop.says(cast.bob, place, "yes?")
    for text in ("three", "four"):
        cast.shop.says(cast.carol, place, text)
    assert reads(cast, cast.bob, place, 4).unread == 0
    with cast.shop.within():
        transferring.requeue(actor=cast.bob.actor(), conversation_id=place.pk, cause="returned")
    assert cast.shop.fresh(place).unread == 2
    assert take_back(cast, cast.carol, place, 1) == (2, True), "it was answered"
    assert take_back(cast, cast.carol, place, 3) == (1, True)
    assert take_back(cast, cast.carol, place, 4) == (1, False), "that it came"
    cast.shop.status(cast.bob, "busy")
    with cast.shop.within():
        assigning.accept(actor=cast.bob.actor(), conversation=place.public_id)
    assert reads(cast, cast.bob, place, 4).unread == 0


def test_what_was_handed_over_is_unread_until_its_new_holder_reads(cast: Cast) -> None:
    place, dave = cast.shop.held(cast.carol, cast.bob), cast.shop.hire("1002", "dave", status="online")
    cast.shop.says(cast.carol, place, "is there tea?")
    assert reads(cast, cast.bob, place, 1).unread == 0
    with cast.shop.within():
        row = agent_row(
            transferring.transfer(
                actor=cast.bob.actor(), conversation=place.public_id, to=dave.public_id, note="for you"
            )
        )
    assert (row["unread"], row["handed_by"], row["last"]["text"], row["note"]) == (1, "bob", "is there tea?", "for you")
    assert reads(cast, cast.bob, place, 2).handed_by == "bob", "whose it was has no say"
    with cast.shop.within():
        receipts.move([receipts.Receipt(place.public_id, "agent", dave.pk, 2)])
    assert cast.shop.fresh(place).unread == 1, "received is not read"
    now = reads(cast, dave, place, 2)
    assert (now.unread, now.handed_by, now.agent_read) == (0, "", 2)


def test_an_answer_opens_what_was_handed_over_too(cast: Cast) -> None:
    place, dave = cast.shop.held(cast.carol, cast.bob), cast.shop.hire("1002", "dave", status="online")
    with cast.shop.within():
        transferring.transfer(actor=cast.bob.actor(), conversation=place.public_id, to=dave.public_id)
    assert (cast.shop.fresh(place).unread, cast.shop.fresh(place).handed_by) == (1, "bob")
    cast.shop.says(dave, place, "yes")
    assert (cast.shop.fresh(place).unread, cast.shop.fresh(place).handed_by) == (0, "")


def test_what_was_given_back_is_unread_to_whoever_gets_it(cast: Cast) -> None:
    place, dave = cast.shop.held(cast.carol, cast.bob), cast.shop.hire("1002", "dave", status="online")
    for text in ("is there tea?", "hello?"):
        cast.shop.says(cast.carol, place, text)
    assert reads(cast, cast.bob, place, 2).unread == 0
    cast.shop.status(cast.bob, "busy")
    with cast.shop.within():
        transferring.requeue(actor=SYSTEM, conversation_id=place.pk, cause="absent")
    now = cast.shop.fresh(place)
    assert (now.agent_id, now.unread, now.handed_by) == (dave.pk, 2, "")
    assert reads(cast, dave, place, 2).unread == 0
