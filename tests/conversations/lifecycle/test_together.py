"""What is done to many conversations costs the statements of one, and one that is refused harms no other."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.agents import presence
from accounts.agents.actions import set_enabled
from accounts.agents.sweeps import set_absent_offline
from accounts.models import Agent
from conversations.lifecycle.ending import End, end_all
from conversations.lifecycle.sweeps import (
    end_idle,
    expire_waiting,
    give_back_held_by_absent,
    give_back_held_by_nobody,
)
from conversations.lifecycle.transferring import give_back_all
from conversations.models import Conversation
from conversations.posting.drafts import Ended, NotYours
from conversations.states import EndReason
from core.errors import NotFound
from core.models import LoggedEvent
from tests.cast import Cast, at_once

LONG_AGO = timedelta(days=3)


def hold(cast: Cast, count: int) -> list[Conversation]:
    """bob, who is busy, holds so many, each with a question."""
    found = []
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(max_concurrent=count)
    for number in range(count):
        customer = cast.shop.welcome(f"visitor {number}")
        found.append(cast.shop.held(customer, cast.bob))
        cast.shop.says(customer, found[-1], "hello?")
    return found


def wait(cast: Cast, count: int) -> list[Conversation]:
    """So many wait, and nobody is there."""
    return [cast.shop.open(cast.shop.welcome(f"visitor {number}")) for number in range(count)]


def asked_by_bob(cast: Cast) -> None:
    """As his desk asks, all at once."""
    asked = [End(cast.bob.actor(), each, EndReason.AGENT) for each in ids()]
    assert all(isinstance(each, dict) for each in end_all(asked))


def ids() -> list[str]:
    """Public ids of the open ones."""
    return list(Conversation.objects.exclude(state="ended").order_by("pk").values_list("public_id", flat=True))


def since_long(cast: Cast) -> None:
    """Nobody wrote for days, and bob is away as long."""
    then = timezone.now() - LONG_AGO
    Conversation.objects.update(last_message_at=then, assigned_at=then, waiting_from=then, queued_at=then)
    Agent.objects.filter(pk=cast.bob.pk).update(seen_at=then)


def disabled(cast: Cast) -> None:
    """As the console does it, with what follows."""
    cast.shop.hire("1009", "heir", status="busy")
    set_enabled(actor=cast.alice.actor(), agents=[cast.bob.public_id], enabled=False)


def lost(cast: Cast) -> None:
    """bob was disabled, and what follows was lost."""
    Agent.objects.filter(pk=cast.bob.pk).update(is_active=False)
    give_back_held_by_nobody(cast.shop.tenant.pk)


def idle(cast: Cast) -> None:
    """The sweep of idle ones, where no reply is owed."""
    since_long(cast)
    Conversation.objects.update(waiting_since=None)
    end_idle(cast.shop.tenant.pk)


def expired(cast: Cast) -> None:
    """The sweep of those who waited too long."""
    since_long(cast)
    expire_waiting(cast.shop.tenant.pk)


def absent(cast: Cast) -> None:
    """The sweep of those whose agent is away."""
    since_long(cast)
    give_back_held_by_absent(cast.shop.tenant.pk)


def given_back(cast: Cast) -> None:
    """By bob himself."""
    give_back_all(actor=cast.bob.actor())


@pytest.mark.parametrize(
    ("there", "act", "state"),
    [
        (hold, asked_by_bob, "ended"),
        (hold, idle, "ended"),
        (wait, expired, "ended"),
        (hold, given_back, "queued"),
        (hold, disabled, "queued"),
        (hold, lost, "queued"),
        (hold, absent, "queued"),
    ],
)
def test_twenty_cost_the_statements_of_three(
    cast: Cast, there: Callable[[Cast, int], list[Conversation]], act: Callable[[Cast], None], state: str
) -> None:
    counts = []
    for count in (3, 20):
        those = [each.pk for each in there(cast, count)]
        with cast.shop.within():
            with CaptureQueriesContext(connection) as captured:
                act(cast)
            assert set(Conversation.objects.filter(pk__in=those).values_list("state", flat=True)) == {state}
            counts.append(len(captured.captured_queries))
            Conversation.objects.update(state="ended", ended_at=timezone.now(), agent=None)
            Agent.objects.filter(pk=cast.bob.pk).update(is_active=True, status="busy", seen_at=timezone.now())
            Agent.objects.filter(nickname="heir").delete()
    assert counts[1] <= counts[0]
    with cast.shop.within():
        assert set(Agent.objects.values_list("load", flat=True)) == {0}


def test_refused_ends_keep_no_other_from_theirs(cast: Cast) -> None:
    dave = cast.shop.hire("1002", "dave", status="busy")
    mine, other = cast.shop.held(cast.carol, cast.bob), cast.shop.held(cast.shop.welcome("dora"), dave)
    visitor = cast.shop.welcome("erin")
    theirs = cast.shop.open(visitor)
    bob = cast.bob.actor()
    with cast.shop.within():
        results = end_all(
            [
                End(bob, other.public_id, EndReason.AGENT),
                End(bob, mine.public_id, EndReason.AGENT),
                End(bob, "nothing-like-this", EndReason.AGENT),
                End(cast.carol.actor(), mine.public_id, EndReason.VISITOR),
                End(visitor.actor(), theirs.public_id, EndReason.VISITOR),
                End(cast.carol.actor(), other.public_id, EndReason.VISITOR),
            ]
        )
    assert [type(each) for each in results] == [NotYours, dict, NotFound, Ended, dict, NotFound]
    assert [cast.shop.fresh(each).state for each in (mine, other, theirs)] == ["ended", "active", "ended"]
    with cast.shop.within():
        ended = LoggedEvent.objects.filter(name="conversation.ended").order_by("conversation_id")
        assert [(each.data["reason"], each.actor_id) for each in ended] == [
            ("agent", cast.bob.pk),
            ("visitor", visitor.pk),
        ]


def test_one_that_cannot_be_written_is_alone_with_it(cast: Cast) -> None:
    """Its events are ahead of its numbers: the table refuses the next one."""
    held = hold(cast, 4)
    with cast.shop.within():
        Conversation.objects.filter(pk=held[1].pk).update(last_event_seq=0)
        asked = [End(cast.bob.actor(), each.public_id, EndReason.AGENT) for each in held]
        results = end_all(asked)
        assert [isinstance(each, dict) for each in results] == [True, False, True, True]
        since_long(cast)
        Agent.objects.filter(pk=cast.bob.pk).update(is_active=False)
        give_back_held_by_nobody(cast.shop.tenant.pk)
        assert Conversation.objects.get(state="active").pk == held[1].pk


def test_many_absent_agents_are_set_offline_in_the_statements_of_two(cast: Cast) -> None:
    counts = []
    for count in (2, 20):
        team = [
            cast.shop.hire(f"3{count}{number}", f"agent {count} {number}", status="away") for number in range(count)
        ]
        with cast.shop.within():
            Agent.objects.filter(status="away").update(seen_at=timezone.now() - LONG_AGO)
            with CaptureQueriesContext(connection) as captured:
                set_absent_offline(cast.shop.tenant.pk)
            counts.append(len(captured.captured_queries))
            offline = Agent.objects.filter(pk__in=[each.pk for each in team])
            assert set(offline.values_list("status", "returns_to")) == {("offline", "away")}
            assert presence.absent_agents() == []
    assert counts[1] <= counts[0]


def test_who_inserts_what_refers_to_agents_and_conversations_holds_nobody_up(cast: Cast) -> None:
    """As the statistics do, in an order of their own: with locks that conflict, each would wait for the other."""
    hold(cast, 2)
    cast.shop.status(cast.bob, "online")
    waiting = cast.shop.open(cast.carol)
    referred, done = Event(), Event()

    def refer() -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select id from accounts_agent for key share")
            cursor.execute("select id from conversations_conversation for key share")
            referred.set()
            return done.wait(10)

    def end() -> None:
        referred.wait(10)
        end_all([End(cast.bob.actor(), each, EndReason.AGENT) for each in held])  # and dispatch has room
        done.set()

    with cast.shop.within():
        held = list(Conversation.objects.filter(state="active").values_list("public_id", flat=True))
        assert at_once(refer, end) == [True, None]
        assert Conversation.objects.get(pk=waiting.pk).agent_id == cast.bob.pk
