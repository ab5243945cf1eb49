"""How long silence and waiting may last: silence from the later of word and hand-over, a wait while it is open."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Group
from accounts.settings.actions import set_override
from accounts.settings.places import group_place, tenant_place
from channels_app.models import ServingGroup
from channels_app.reception.places import channel_place
from conversations.lifecycle import assigning, ending, transferring
from conversations.lifecycle.sweeps import end_idle, expire_waiting
from conversations.models import Conversation
from conversations.timers import limits
from core import clock
from core.actors import SYSTEM
from core.models import LoggedEvent
from core.settings.hours import WORKING_WEEK, Hours, Interval
from routing.dispatch.actions import dispatch
from tests.cast import Cast

MINUTE = timedelta(minutes=1)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def sweep(cast: Cast, at: datetime) -> None:
    """Both sweeps ring at that moment."""
    with clock.frozen_at(at):
        end_idle(cast.shop.tenant.pk)
        expire_waiting(cast.shop.tenant.pk)


def waits_from(cast: Cast, at: datetime) -> Conversation:
    """carol writes at that moment."""
    with clock.frozen_at(at):
        place = cast.shop.open(cast.carol)
        cast.shop.says(cast.carol, place, "Is anybody there?")
    return place


def ended_for(cast: Cast, place: Conversation) -> str:
    """Why it ended, or ""."""
    reason: str = cast.shop.fresh(place).end_reason
    return reason


@pytest.mark.parametrize("how", ["accepted", "assigned", "transferred"])
def test_who_waited_longer_than_the_idle_time_is_not_idle_right_after_a_hand_over(cast: Cast, how: str) -> None:
    written = timezone.now() - timedelta(hours=3)
    place = waits_from(cast, written)
    accepted = written + timedelta(minutes=61)
    cast.shop.status(cast.bob, "online")
    with cast.shop.within(), clock.frozen_at(accepted):
        if how == "assigned":
            assert dispatch(service_account_id=cast.shop.account.pk) == 1
        else:
            assigning.accept(actor=cast.bob.actor(), conversation=place.public_id)
    if how == "transferred":
        accepted += timedelta(minutes=59)
        dave = cast.shop.hire("1003", "Dave", status="online")
        with cast.shop.within(), clock.frozen_at(accepted):
            transferring.transfer(actor=cast.bob.actor(), conversation=place.public_id, to=dave.public_id)
    sweep(cast, accepted + 59 * MINUTE)
    assert ended_for(cast, place) == ""
    sweep(cast, accepted + 61 * MINUTE)
    assert ended_for(cast, place) == "idle"


def test_what_was_given_back_may_wait_as_long_as_anybody_and_keeps_its_place(cast: Cast) -> None:
    with cast.shop.within():
        set_override(actor=SYSTEM, place=tenant_place(), setting="waiting_expiry", value=3)
    begin = timezone.now() - timedelta(hours=1)
    place = waits_from(cast, begin)
    with cast.shop.within(), clock.frozen_at(begin + MINUTE):
        cast.shop.status(cast.bob, "busy")
        assigning.accept(actor=cast.bob.actor(), conversation=place.public_id)
    back = begin + 5 * MINUTE
    with cast.shop.within(), clock.frozen_at(back):
        transferring.give_back_all(actor=cast.bob.actor())
    sweep(cast, back + 2 * MINUTE)
    assert ended_for(cast, place) == ""
    assert cast.shop.fresh(place).queued_at == begin
    sweep(cast, back + 3 * MINUTE)
    assert ended_for(cast, place) == "expired"


def test_a_wait_counts_only_while_the_place_is_open(cast: Cast) -> None:
    with cast.shop.within():
        set_override(actor=SYSTEM, place=channel_place(cast.shop.channel), setting="hours", value=WORKING_WEEK)
        set_override(actor=SYSTEM, place=tenant_place(), setting="waiting_expiry", value=60)
    place = waits_from(cast, shanghai("2026-11-20T17:50"))  # a Friday
    for moment in ("2026-11-20T19:30", "2026-11-22T12:00", "2026-11-23T09:49"):
        sweep(cast, shanghai(moment))
        assert ended_for(cast, place) == "", moment
    sweep(cast, shanghai("2026-11-23T09:50"))
    assert ended_for(cast, place) == "expired"


def test_a_group_that_serves_at_night_makes_the_night_count(cast: Cast) -> None:
    night = Hours(always=False, intervals=(Interval(days=tuple(range(7)), opens="20:00", closes="23:00"),))
    with cast.shop.within():
        set_override(actor=SYSTEM, place=channel_place(cast.shop.channel), setting="hours", value=WORKING_WEEK)
        set_override(actor=SYSTEM, place=tenant_place(), setting="waiting_expiry", value=60)
        late = Group.objects.create(name="Late")
        set_override(actor=SYSTEM, place=group_place(late), setting="hours", value=night)
        ServingGroup.objects.create(service_account=cast.shop.account, group=late)
    place = waits_from(cast, shanghai("2026-11-20T18:30"))
    sweep(cast, shanghai("2026-11-20T22:00"))
    assert ended_for(cast, place) == "", "nobody is in that group"
    with cast.shop.within():
        late.memberships.create(agent=cast.bob)
    sweep(cast, shanghai("2026-11-20T20:59"))
    assert ended_for(cast, place) == ""
    sweep(cast, shanghai("2026-11-20T21:00"))
    assert ended_for(cast, place) == "expired"


def test_what_was_too_long_when_the_sweep_looked_is_asked_again_under_the_lock(cast: Cast) -> None:
    long_ago = timezone.now() - timedelta(days=3)
    place = waits_from(cast, long_ago)
    with cast.shop.within():
        assert list(limits.expired().values_list("pk", flat=True)) == [place.pk]
        cast.shop.status(cast.bob, "online")
        assigning.accept(actor=cast.bob.actor(), conversation=place.public_id)
        assert not ending.end_expired([place.pk])
        assert not ending.end_idle([place.pk])
        assert not LoggedEvent.objects.filter(name="conversation.ended").exists()


def test_where_it_is_so_set_silence_does_not_count_while_the_agent_owes_a_reply(cast: Cast) -> None:
    began = timezone.now() - 3 * 60 * MINUTE
    with clock.frozen_at(began):
        owed, answered = cast.shop.held(cast.carol, cast.bob), cast.shop.held(cast.shop.welcome("dora"), cast.bob)
        cast.shop.says(cast.carol, owed, "and when does it come?")
        cast.shop.says(cast.bob, answered, "tomorrow")
    with cast.shop.within():
        set_override(actor=SYSTEM, place=channel_place(cast.shop.channel), setting="idle_end_waits", value=True)
        assert [row.pk for row in limits.idle()] == [answered.pk]
        assert not ending.end_idle([owed.pk])
    sweep(cast, timezone.now())
    assert (ended_for(cast, owed), ended_for(cast, answered)) == ("", "idle")
    with cast.shop.within():
        set_override(actor=SYSTEM, place=channel_place(cast.shop.channel), setting="idle_end_waits", value=False)
    sweep(cast, timezone.now())
    assert ended_for(cast, owed) == "idle"
