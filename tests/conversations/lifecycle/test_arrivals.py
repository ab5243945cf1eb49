"""Visitors who come at the same time are let in together, and none of them harms another."""

import random
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_app.models import Channel
from conversations.lifecycle import ending
from conversations.lifecycle.opening import Arrival, TooManyOpen, arrivals, post_first_all, post_first_soon
from conversations.models import Conversation, Message
from conversations.posting.drafts import Draft, Outcome, TooLong
from core import bus
from core.errors import Busy, NotFound
from core.models import LoggedEvent
from customers.models import Customer
from routing.dispatch.background import dispatching
from routing.dispatch.sweeps import dispatch_waiting
from tests.cast import Cast, at_once
from tests.eventually import eventually

COUNT = 20


@pytest.fixture
def visitors(cast: Cast) -> list[Customer]:
    """Those who come."""
    return [cast.shop.welcome(f"visitor {number}") for number in range(COUNT)]


def says(customer: Customer, text: str = "hello", client_id: uuid.UUID | None = None) -> Draft:
    """A message that names no conversation."""
    return Draft("", client_id or uuid.uuid4(), "customer", customer.pk, customer.name, text=text)


def come(cast: Cast, *drafts: Draft) -> list[Outcome | Exception]:
    """All of them at once."""
    with cast.shop.within():
        return post_first_all([Arrival(draft.author_id or 0, cast.shop.channel.pk, draft) for draft in drafts])


def test_twenty_cost_the_statements_of_two(cast: Cast, visitors: list[Customer], settings: Any) -> None:
    settings.IN_BACKGROUND = True  # on a connection of its own
    counts = []
    for those in (visitors[:2], visitors[2:]):
        with CaptureQueriesContext(connection) as captured:
            outcomes = come(cast, *map(says, those))
        assert all(isinstance(each, Outcome) and each.refusal is None for each in outcomes)
        counts.append(len(captured.captured_queries))
    eventually(lambda: dispatching.is_idle)
    assert counts[1] <= counts[0]  # two are counted one by one
    with cast.shop.within():
        assert Conversation.objects.filter(state="queued").count() == COUNT
        logged = LoggedEvent.objects.filter(name="message.posted", actor_kind="customer")
        assert logged.values("conversation_id").distinct().count() == COUNT


def test_each_conversation_has_its_events_in_order_and_its_question(cast: Cast, visitors: list[Customer]) -> None:
    come(cast, *(says(each, each.name) for each in visitors))
    with cast.shop.within():
        for each in Conversation.objects.select_related("customer"):
            events = LoggedEvent.objects.filter(conversation_id=each.pk).order_by("seq")
            names = list(events.values_list("name", flat=True))
            assert names[:2] == ["conversation.opened", "conversation.queued"]
            assert [event.seq for event in events] == list(range(1, each.last_event_seq + 1))
            numbers = [event.visitor_seq for event in events if event.visitor_seq]
            assert numbers == list(range(1, each.last_visitor_event_seq + 1))
            asked = Message.objects.filter(conversation=each, author_kind="customer")
            assert [message.text for message in asked] == [each.customer.name]


def test_one_who_is_refused_keeps_nobody_else_out(cast: Cast, visitors: list[Customer]) -> None:
    strange = Draft("", uuid.uuid4(), "customer", visitors[2].pk, "", kind="file", file="nobodys-file-000")
    gone = Draft("", uuid.uuid4(), "customer", 999_999, "nobody", text="hello")
    outcomes = come(cast, says(visitors[0]), says(visitors[1], "x" * 4001), strange, gone, says(visitors[3]))
    assert [type(each).__name__ for each in outcomes] == ["Outcome", "TooLong", "FileRefused", "NotFound", "Outcome"]
    assert isinstance(outcomes[1], TooLong)
    assert isinstance(outcomes[3], NotFound)
    with cast.shop.within():
        assert set(Conversation.objects.values_list("customer_id", flat=True)) == {visitors[0].pk, visitors[3].pk}
        assert not LoggedEvent.objects.exclude(conversation_id__in=Conversation.objects.values("pk")).exists()


def test_a_poisoned_one_is_alone_with_it(cast: Cast, visitors: list[Customer]) -> None:
    poison = says(visitors[1], "a NUL \0, which PostgreSQL cannot store")
    good, bad, other = come(cast, says(visitors[0]), poison, says(visitors[2]))
    assert isinstance(bad, Exception)
    assert all(isinstance(each, Outcome) and each.refusal is None for each in (good, other))
    with cast.shop.within():
        assert Conversation.objects.count() == 2


def test_a_repetition_in_one_batch_is_one_message(cast: Cast, visitors: list[Customer]) -> None:
    twice = says(visitors[0])
    first, again, more = come(cast, twice, twice, says(visitors[0], "and more"))
    assert isinstance(first, Outcome)
    assert isinstance(again, Outcome)
    assert isinstance(more, Outcome)
    assert first.row["n"] == again.row["n"]
    assert first.row["conversation_id"] == more.row["conversation_id"]
    with cast.shop.within():
        assert Message.objects.filter(author_kind="customer").count() == 2
    (late,) = come(cast, twice)
    assert isinstance(late, Outcome)
    assert late.row["n"] == first.row["n"]


def test_a_crowded_network_fills_within_a_batch_too(cast: Cast, visitors: list[Customer], settings: Any) -> None:
    settings.OPEN_PER_ADDRESS = 3
    with cast.shop.within():
        Customer.objects.filter(pk__in=[each.pk for each in visitors[:5]]).update(address="192.0.2.1")
        Customer.objects.filter(pk__in=[each.pk for each in visitors[5:6]]).update(address="2001:db8::1")
    outcomes = come(cast, *map(says, visitors[:6]))
    assert [isinstance(each, TooManyOpen) for each in outcomes] == [False, False, False, True, True, False]
    assert isinstance(come(cast, says(visitors[4]))[0], TooManyOpen)
    with cast.shop.within():
        assert Channel.objects.exists()
        assert set(Conversation.objects.values_list("opened_from", flat=True)) == {"192.0.2.1", "2001:db8::/64"}


async def test_a_full_queue_is_said_at_once(
    cast: Cast, visitors: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "most_waiting", 0)
    with cast.shop.within(), pytest.raises(Busy):
        await post_first_soon(customer_id=visitors[0].pk, channel_id=cast.shop.channel.pk, draft=says(visitors[0]))


def whose(talks: dict[Any, int], outcome: Outcome | Exception) -> tuple[str, ...]:
    """An outcome without what is by chance: a refusal, or the number of a message in the first, second … conversation
    of all."""
    if isinstance(outcome, Exception):
        return (type(outcome).__name__,)
    place = talks.setdefault(outcome.row["conversation_id"], len(talks))
    return ("posted", str(place), str(outcome.row["n"]), outcome.row["text"], str(outcome.fresh))


@pytest.mark.parametrize("seed", range(4))
def test_together_comes_out_as_one_by_one(cast: Cast, seed: int, settings: Any) -> None:
    """Random visitors, some of whom talk already, talked before, repeat themselves or may not say what they say."""
    settings.OPEN_PER_ADDRESS = 4
    dice = random.Random(seed)
    texts = ["hello"] * 20 + ["", "x" * 4001]
    script = [(dice.randrange(8), dice.choice(texts), dice.randrange(3)) for _ in range(40)]
    found = []
    for together in (True, False):
        people = [cast.shop.welcome(f"visitor {number}") for number in range(8)]
        with cast.shop.within():
            Customer.objects.filter(pk__in=[each.pk for each in people]).update(
                address="192.0.2.1" if together else "192.0.2.2"
            )
        cast.shop.open(people[0])
        ended = cast.shop.open(people[1])
        with cast.shop.within():
            ending.end_by_visitor(actor=people[1].actor(), conversation=ended.public_id)
        ids = [[uuid.uuid4() for _ in range(3)] for _ in people]
        drafts = [says(people[who], text, ids[who][which]) for who, text, which in script]
        outcomes = come(cast, *drafts) if together else [come(cast, draft)[0] for draft in drafts]
        talks: dict[Any, int] = {}
        told = [whose(talks, each) for each in outcomes]
        with cast.shop.within():
            events = LoggedEvent.objects.filter(conversation_id__in=talks).order_by("conversation_id", "seq")
            rows = events.values_list("conversation_id", "seq", "visitor_seq", "name", "actor_kind", "data")
            histories = sorted((talks[row[0]], *map(str, row[1:])) for row in rows)
        found.append((told, histories))
    assert found[0] == found[1]


def test_what_a_process_took_with_it_is_found_again(cast: Cast) -> None:
    """It commits first messages, and dies before it tells anybody."""
    visitors = [cast.shop.welcome(f"visitor {number}") for number in range(3)]
    cast.shop.status(cast.bob, "online")
    drafts = [says(each) for each in visitors]
    with bus.log_only():
        lost = come(cast, *drafts)
    with cast.shop.within():
        assert set(Conversation.objects.values_list("state", flat=True)) == {"queued"}
    again = come(cast, drafts[0])[0]
    assert isinstance(again, Outcome)
    assert isinstance(lost[0], Outcome)
    assert (again.row["conversation"], again.row["n"]) == (lost[0].row["conversation"], lost[0].row["n"])
    dispatch_waiting(cast.shop.tenant.pk)
    with cast.shop.within():
        assert set(Conversation.objects.values_list("state", "agent__nickname")) == {("active", "bob")}
        assert Message.objects.filter(author_kind="customer").count() == 3


def test_two_batches_of_the_same_visitors_share_their_conversations(cast: Cast, visitors: list[Customer]) -> None:
    orders = [visitors, visitors[::-1], visitors[10:] + visitors[:10]]
    found = at_once(*[lambda those=those: come(cast, *map(says, those)) for those in orders])
    assert all(isinstance(each, Outcome) for outcomes in found if isinstance(outcomes, list) for each in outcomes)
    assert all(isinstance(outcomes, list) for outcomes in found), found
    with cast.shop.within():
        assert Conversation.objects.count() == COUNT
        assert Message.objects.filter(author_kind="customer").count() == COUNT * len(orders)
        assert LoggedEvent.objects.filter(name="conversation.opened").count() == COUNT
