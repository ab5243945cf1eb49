"""An agent writes first to a customer who was there before."""

import pytest

from accounts.models import Agent
from channels_app.models import Channel
from conversations.lifecycle import ending
from conversations.lifecycle.assigning import AboveCap, YouAreOffline
from conversations.lifecycle.beginning import AlreadyOpen, ChannelClosed, begin
from conversations.models import Conversation
from core.errors import Forbidden, NotFound
from core.models import LoggedEvent
from tests.cast import Cast, at_once


@pytest.fixture
def over(cast: Cast) -> Conversation:
    """A conversation of carol that bob ended; bob is there, and busy."""
    cast.shop.status(cast.bob, "busy")
    found = cast.shop.held(cast.carol, cast.bob)
    with cast.shop.within():
        ending.end_by_agent(actor=cast.bob.actor(), conversation=found.public_id)
    return found


def test_it_is_a_new_one_in_the_agents_hands_with_the_steps_of_any_other(cast: Cast, over: Conversation) -> None:
    with cast.shop.within():
        row = begin(actor=cast.bob.actor(), conversation=over.public_id)
        logged = LoggedEvent.objects.filter(conversation_id=row["conversation_id"]).order_by("seq")
        names = list(logged.values_list("name", "seq"))
        actors = set(logged.values_list("actor_kind", "actor_id"))
    assert (row["agent_id"], row["state"], row["customer_id"]) == (cast.bob.pk, "active", cast.carol.pk)
    assert names == [("conversation.opened", 1), ("conversation.queued", 2), ("conversation.assigned", 3)]
    assert actors == {("agent", cast.bob.pk)}, "the customer did nothing yet"
    assert row["last_seq"] == 0, "nobody is greeted"
    place = Conversation(pk=row["conversation_id"], public_id=row["conversation"])
    assert cast.shop.says(cast.bob, place, "It has come in.").row["n"] == 1
    assert cast.shop.says(cast.carol, place, "Thank you!").row["n"] == 2
    assert cast.shop.fresh(over).state == "ended"


def test_who_talks_to_the_customer_already_is_named(cast: Cast, over: Conversation) -> None:
    cast.shop.held(cast.carol, cast.alice)
    with cast.shop.within(), pytest.raises(AlreadyOpen, match="alice"):
        begin(actor=cast.bob.actor(), conversation=over.public_id)


def test_of_two_who_write_at_once_one_begins(cast: Cast, over: Conversation) -> None:
    dave = cast.shop.hire("1002", "dave", status="busy")

    def write(agent: Agent) -> object:
        with cast.shop.within():
            return begin(actor=agent.actor(), conversation=over.public_id)

    found = at_once(lambda: write(cast.bob), lambda: write(dave))
    assert sorted(type(each).__name__ for each in found) == ["AlreadyOpen", "dict"]
    with cast.shop.within():
        assert Conversation.objects.exclude(state="ended").count() == 1


def test_who_repeats_it_gets_the_one_that_began(cast: Cast, over: Conversation) -> None:
    """Its answer was lost, or the customer came back to the same agent in this moment."""
    with cast.shop.within():
        once, again = (begin(actor=cast.bob.actor(), conversation=over.public_id) for _ in range(2))
        assert once["conversation"] == again["conversation"]
        ending.end_by_agent(actor=cast.bob.actor(), conversation=once["conversation"])
        assert begin(actor=cast.bob.actor(), conversation=over.public_id)["conversation"] != once["conversation"]


def test_what_is_refused_leaves_nothing(cast: Cast, over: Conversation) -> None:
    stranger, analyst = cast.shop.hire("1002", "dave", status="busy"), cast.shop.hire("1003", "erin", role="analyst")
    with cast.shop.within():
        stranger.memberships.all().delete()
        for who, refusal in ((stranger, NotFound), (analyst, Forbidden)):
            with pytest.raises(refusal):
                begin(actor=who.actor(), conversation=over.public_id)
        Agent.objects.filter(pk=cast.bob.pk).update(max_concurrent=0)
        with pytest.raises(AboveCap):
            begin(actor=cast.bob.actor(), conversation=over.public_id)
        Agent.objects.filter(pk=cast.bob.pk).update(max_concurrent=5, status="offline")
        with pytest.raises(YouAreOffline):
            begin(actor=cast.bob.actor(), conversation=over.public_id)
        Channel.objects.update(is_active=False)
        with pytest.raises(ChannelClosed):
            begin(actor=cast.bob.actor(), conversation=over.public_id)
        assert not Conversation.objects.exclude(pk=over.pk).exists()
    with cast.other.within(), pytest.raises(NotFound):
        begin(actor=cast.mallory.actor(), conversation=over.public_id)
