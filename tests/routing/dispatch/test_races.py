"""Dispatchers that run at once never exceed a cap and never give one conversation to two agents."""

from collections import Counter
from functools import partial

import pytest
from django.db import connection

from conversations.lifecycle import assigning, transferring
from conversations.lifecycle.state import WrongState
from conversations.models import Conversation
from core.models import LoggedEvent
from core.tenancy.scope import unscoped
from routing.dispatch.actions import dispatch
from tests.cast import Cast, at_once


@pytest.fixture
def waiting(cast: Cast) -> list[Conversation]:
    """Twenty visitors who came while nobody was there."""
    return [cast.shop.open(cast.shop.welcome(f"visitor {number}")) for number in range(20)]


def test_eight_dispatchers_fill_room_for_twelve_and_no_more(cast: Cast, waiting: list[Conversation]) -> None:
    caps = {cast.shop.hire(f"20{number}", f"agent {number}", cap=3, status="online").pk: 3 for number in range(4)}
    with cast.shop.within():
        counts = at_once(*[lambda: dispatch(service_account_id=cast.shop.account.pk)] * 8)
        assert sum(count for count in counts if isinstance(count, int)) == 12, counts
        active = list(Conversation.objects.filter(state="active").order_by("queued_at", "pk"))
        assert Counter(conversation.agent_id for conversation in active) == caps
        assert [conversation.pk for conversation in active] == [conversation.pk for conversation in waiting[:12]]
        assert Conversation.objects.filter(state="queued", agent=None).count() == 8
        assigned = LoggedEvent.objects.filter(name="conversation.assigned")
        assert {event.conversation_id for event in assigned} == {each.pk for each in waiting[:12]}
        assert len(assigned) == 12


def test_each_assignment_says_why(cast: Cast, waiting: list[Conversation]) -> None:
    online = cast.shop.hire("2000", "online", cap=2, status="online")
    away = cast.shop.hire("2001", "away", status="away")
    full = cast.shop.hire("2002", "full", cap=0, status="online")
    with cast.shop.within():
        dispatch(service_account_id=cast.shop.account.pk)
        why = LoggedEvent.objects.filter(name="conversation.assigned").order_by("pk")[0].data["why"]
    assert why["rule"] == "least_busy"
    assert why["candidates"] == [online.pk]
    assert why["excluded"] == {
        str(cast.alice.pk): "role",
        str(cast.bob.pk): "offline",
        str(away.pk): "away",
        str(full.pk): "full",
    }


def test_ten_agents_accept_one_conversation_and_one_gets_it(cast: Cast) -> None:
    agents = [cast.shop.hire(f"30{number}", f"agent {number}", status="busy") for number in range(10)]
    conversation = cast.shop.open(cast.carol)
    with cast.shop.within():
        results = at_once(
            *[
                lambda agent=agent: assigning.accept(actor=agent.actor(), conversation=conversation.public_id)
                for agent in agents
            ]
        )
        assert sum(isinstance(result, dict) for result in results) == 1
        assert sum(isinstance(result, WrongState) for result in results) == 9, results
        assert LoggedEvent.objects.filter(name="conversation.assigned").count() == 1


def test_accepting_by_hand_and_by_rule_at_once_gives_it_to_one(cast: Cast) -> None:
    for number in range(5):
        customer = cast.shop.welcome(f"visitor {number}")
        conversation = cast.shop.open(customer)
        cast.shop.status(cast.bob, "online")
        with cast.shop.within():
            at_once(
                lambda: dispatch(service_account_id=cast.shop.account.pk),
                partial(assigning.accept, actor=cast.alice.actor(), conversation=conversation.public_id),
                lambda: dispatch(service_account_id=cast.shop.account.pk),
            )
            events = LoggedEvent.objects.filter(name="conversation.assigned", conversation_id=conversation.pk)
            assert events.count() == 1
            holder = Conversation.objects.get(pk=conversation.pk).agent_id
            assert events.get().data["agent_id"] == holder
        cast.shop.status(cast.bob, "offline")


def test_nothing_deadlocks_while_everybody_works_on_the_same_few_conversations(cast: Cast) -> None:
    """Posting, transferring, ending, giving back and dispatching at once: refusals, but no database errors."""
    colleagues = [cast.shop.hire(f"40{number}", f"agent {number}", cap=2, status="online") for number in range(2)]
    customers = [cast.shop.welcome(f"visitor {number}") for number in range(4)]
    conversations = [cast.shop.held(customer, colleagues[n % 2]) for n, customer in enumerate(customers)]

    def hand_over(number: int) -> None:
        there, here = colleagues[number % 2], colleagues[(number + 1) % 2]
        transferring.transfer(actor=there.actor(), conversation=conversations[number].public_id, to=here.public_id)

    def give_back(number: int) -> None:
        transferring.give_back_all(actor=colleagues[number % 2].actor())

    def talk(number: int) -> None:
        for _ in range(5):
            cast.shop.says(customers[number], conversations[number], "hello")

    with cast.shop.within():
        calls = [
            lambda act=act, number=number: act(number) for act in (hand_over, give_back, talk) for number in range(4)
        ]
        errors = [result for result in at_once(*calls) if isinstance(result, BaseException)]
    assert {type(error).__name__ for error in errors} <= {"WrongState", "NotYours", "AgentUnavailable"}, errors
    with unscoped(reason="the test looks from above"), connection.cursor() as cursor:
        cursor.execute(
            "select conversation_id from core_event where conversation_id is not null group by conversation_id"
            " having count(*) <> max(seq) or min(seq) <> 1"
        )
        assert cursor.fetchall() == []
