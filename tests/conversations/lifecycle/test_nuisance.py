"""A nuisance is removed from the queue by whoever might accept it, and counts nowhere."""

import pytest

from conversations.lifecycle import assigning
from conversations.lifecycle.ending import End, end_all
from conversations.lifecycle.state import Taken
from conversations.models import Conversation
from conversations.posting.drafts import Ended
from conversations.states import EndReason
from core.actors import Actor
from core.errors import Forbidden, NotFound
from stats.engine.counting import count_events, rebuild_tenant
from stats.models import ConversationFact, CustomerRollup, DayRollup
from stats.monitor.snapshot import snapshot
from tests.cast import Cast, at_once


def discard(actor: Actor, *conversations: Conversation) -> list[object]:
    """What the desk does with the button."""
    return list(end_all([End(actor, each.public_id, EndReason.SPAM) for each in conversations]))


def test_who_may_accept_it_may_remove_it_and_nobody_else(cast: Cast) -> None:
    place, other = cast.shop.open(cast.carol), cast.shop.open(cast.shop.welcome("dora"))
    stranger, analyst = cast.shop.hire("1002", "dave"), cast.shop.hire("1003", "erin", role="analyst")
    with cast.shop.within():
        stranger.memberships.all().delete()
        refusals = [discard(who.actor(), place)[0] for who in (stranger, analyst)]
        assert [type(each) for each in refusals] == [NotFound, Forbidden]
        assert type(discard(cast.carol.actor(), place)[0]) is Forbidden
        assert isinstance(discard(cast.bob.actor(), place)[0], dict)
    with cast.other.within():
        assert type(discard(cast.mallory.actor(), other)[0]) is NotFound
    now = cast.shop.fresh(place)
    assert (now.state, now.end_reason) == ("ended", "spam")
    assert cast.shop.fresh(other).state == "queued"


def test_who_was_slower_is_told_who_has_it(cast: Cast) -> None:
    taken, gone = cast.shop.open(cast.carol), cast.shop.open(cast.shop.welcome("dora"))
    cast.shop.status(cast.alice, "busy")
    cast.shop.status(cast.bob, "busy")
    with cast.shop.within():
        assigning.accept(actor=cast.alice.actor(), conversation=taken.public_id)
        discard(cast.alice.actor(), gone)
        late = discard(cast.bob.actor(), taken, gone)
        assert [type(each) for each in late] == [Taken, Ended]
        assert "alice" in str(late[0])
        with pytest.raises(Taken):
            assigning.accept(actor=cast.bob.actor(), conversation=taken.public_id)


def test_of_an_accept_and_a_removal_at_once_one_wins(cast: Cast) -> None:
    place = cast.shop.open(cast.carol)
    cast.shop.status(cast.alice, "busy")

    def accept() -> object:
        with cast.shop.within():
            return assigning.accept(actor=cast.alice.actor(), conversation=place.public_id)

    def remove() -> object:
        with cast.shop.within():
            return discard(cast.bob.actor(), place)[0]

    accepted, removed = at_once(accept, remove)
    now = cast.shop.fresh(place)
    if now.state == "active":
        assert isinstance(accepted, dict) and isinstance(removed, Taken)
    else:
        assert isinstance(accepted, Ended) and isinstance(removed, dict)


def test_it_counts_in_no_report_before_and_after_a_rebuild(cast: Cast) -> None:
    place = cast.shop.open(cast.carol)
    cast.shop.says(cast.carol, place, "buy gold")
    with cast.shop.within():
        count_events()
        assert ConversationFact.objects.count() == 1
        assert snapshot()["today"] == 1
        discard(cast.bob.actor(), place)
        for count in (count_events, rebuild_tenant):
            count()
            assert not ConversationFact.objects.exists()
            assert not DayRollup.objects.filter(conversations__gt=0).exists()
            assert not CustomerRollup.objects.exists()
        assert snapshot()["today"] == 0
