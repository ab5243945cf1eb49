"""Many are assigned in one transaction: it costs the statements of one, and none of them harms another."""

import random
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from accounts.agents.caps import set_cap
from accounts.models import Agent
from channels_app.channels.provisioning import add_web_channel
from conversations.lifecycle import assigning, ending, opening
from conversations.models import Conversation
from core import bus
from core.errors import Refusal
from core.models import LoggedEvent
from routing.dispatch import queries
from routing.dispatch.actions import dispatch
from routing.dispatch.sweeps import dispatch_waiting
from tests.cast import Cast, at_once


def wait(cast: Cast, count: int) -> list[Conversation]:
    """So many visitors wait."""
    with cast.shop.within():
        before = Conversation.objects.count()
    return [cast.shop.open(cast.shop.welcome(f"visitor {before + number}")) for number in range(count)]


def test_fifty_cost_the_statements_of_one(cast: Cast) -> None:
    counts = []
    for count in (1, 50):
        wait(cast, count)
        for number in range(5):
            cast.shop.hire(
                f"7{count}{number}", f"agent {number}", cap=10 if count > 1 else number // 4, status="online"
            )
        with cast.shop.within(), CaptureQueriesContext(connection) as captured:
            assert dispatch(service_account_id=cast.shop.account.pk, at_once=51) == count
        counts.append(len(captured.captured_queries))
    assert counts[1] <= counts[0] <= 15


def test_what_cannot_be_assigned_keeps_nobody_else_waiting(cast: Cast) -> None:
    """One whose events are ahead of its numbers cannot be written."""
    waiting = wait(cast, 6)
    with cast.shop.within():
        Conversation.objects.filter(pk=waiting[2].pk).update(last_event_seq=0)
    cast.shop.status(cast.bob, "online")
    with cast.shop.within():
        assert dispatch(service_account_id=cast.shop.account.pk) == 5
        assert dispatch(service_account_id=cast.shop.account.pk) == 0
        assert Conversation.objects.get(state="queued").pk == waiting[2].pk
        order = LoggedEvent.objects.filter(name="conversation.assigned").order_by("pk")
        assert [event.conversation_id for event in order] == [each.pk for each in waiting if each != waiting[2]]


def test_those_behind_a_channel_that_is_full_are_found_without_reading_it(cast: Cast) -> None:
    """A queue of which nobody has room for the first channel: the other one is served in its order."""
    wait(cast, 60)
    with cast.shop.within():
        other = add_web_channel(account_name="other", name="other", groups=(cast.shop.group,))
        other.service_account = cast.shop.account
        other.save(update_fields=["service_account"])
        behind = [
            opening.open_conversation(customer=cast.shop.welcome(f"behind {number}"), channel=other)
            for number in range(3)
        ]
        passed = queries.Passed(frozenset({cast.shop.channel.pk}), frozenset({behind[1].pk}))
        found = queries.first_waiting(cast.shop.account.pk, at_most=50, passed=passed)
        assert [each.conversation_id for each in found] == [behind[0].pk, behind[2].pk]
        everything = queries.Passed(frozenset({cast.shop.channel.pk, other.pk}))
        assert queries.first_waiting(cast.shop.account.pk, at_most=50, passed=everything) == []


@pytest.mark.parametrize("seed", range(3))
def test_eight_dispatchers_and_everybody_else_at_once(cast: Cast, seed: int) -> None:
    """In whatever order they come: nobody above the cap by rule, nobody twice, first come first served."""
    dice = random.Random(seed)
    caps = {f"80{number}": dice.randint(0, 6) for number in range(5)}
    agents = [cast.shop.hire(number, f"agent {number}", cap=cap, status="online") for number, cap in caps.items()]
    waiting = wait(cast, 30)

    def end_some(number: int) -> None:
        with cast.shop.within():
            held = Conversation.objects.filter(state="active").order_by("pk")[number : number + 3]
            asked = [ending.End(cast.alice.actor(), each.public_id, "agent") for each in held]  # type: ignore[arg-type]
            assert not [each for each in ending.end_all(asked) if not isinstance(each, dict | Refusal)]

    acts: list[Callable[[], object]] = [partial(dispatch, service_account_id=cast.shop.account.pk)] * 8
    acts += [partial(end_some, number) for number in range(3)]
    acts += [partial(set_cap, actor=cast.alice.actor(), agent_id=agents[0].pk, cap=7)]
    dice.shuffle(acts)
    with cast.shop.within():
        failed = [result for result in at_once(*acts) if isinstance(result, BaseException)]
        assert failed == []
        while dispatch(service_account_id=cast.shop.account.pk):
            pass
        check(cast, waiting)


def check(cast: Cast, waiting: list[Conversation]) -> None:
    """Every invariant, from the tables."""
    held = Counter(Conversation.objects.filter(state="active").values_list("agent_id", flat=True))
    for agent in Agent.objects.all():
        assert agent.load == held[agent.pk]
        assert agent.load <= agent.max_concurrent or agent.load == 0
    assigned = LoggedEvent.objects.filter(name="conversation.assigned").order_by("pk")
    order = [event.conversation_id for event in assigned]
    assert order == [each.pk for each in waiting][: len(order)], "first come, first served, and nobody twice"
    left = Conversation.objects.filter(state="queued").count()
    with_room = Agent.objects.filter(status="online", load__lt=F("max_concurrent")).exists()
    assert not (left and with_room)


def test_what_a_crash_between_commit_and_notice_leaves_is_done_by_the_sweep(cast: Cast) -> None:
    """Committed, and then nobody was told: neither dispatch after an end nor anybody's page."""
    agent = cast.shop.hire("9000", "agent", cap=2, status="online")
    waiting = wait(cast, 4)
    with cast.shop.within():
        held = list(Conversation.objects.filter(state="active"))
        with bus.log_only():
            for each in held:
                ending.end_by_agent(actor=agent.actor(), conversation=each.public_id)
        assert not Conversation.objects.filter(state="active").exists()
    dispatch_waiting(cast.shop.tenant.pk)
    with cast.shop.within():
        assert set(Conversation.objects.filter(state="active").values_list("pk", flat=True)) == {
            each.pk for each in waiting[2:]
        }


def test_an_assignment_that_is_taken_back_leaves_nothing(cast: Cast) -> None:
    (first, *_) = wait(cast, 2)
    cast.shop.status(cast.bob, "busy")
    with cast.shop.within():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            assigning.accept(actor=cast.bob.actor(), conversation=first.public_id)
            raise ZeroDivisionError
        assert Agent.objects.get(pk=cast.bob.pk).load == 0
        assert not LoggedEvent.objects.filter(name="conversation.assigned").exists()
