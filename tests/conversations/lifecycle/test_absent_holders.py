"""Nobody who cannot answer keeps a conversation silently; the thread says what happened."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.agents import presence
from accounts.agents.actions import delete_agent, set_enabled
from accounts.agents.rules import GRACE
from accounts.models import Agent
from accounts.settings.actions import set_override
from channels_app.reception.places import channel_place
from conversations.lifecycle import transferring
from conversations.lifecycle.queries import row
from conversations.lifecycle.sweeps import give_back_held_by_absent
from conversations.models import Conversation
from conversations.timeline.queries import lines, position
from conversations.timeline.wire import agent_line
from conversations.timeline.wording import sentence_of, text_of
from core.actors import SYSTEM
from tests.cast import Cast
from tests.sockets import visitor_socket

MINUTE = timedelta(minutes=1)


def asks(cast: Cast) -> Conversation:
    """bob holds a conversation whose customer waits for an answer."""
    place = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, place, "Are you there?")
    return place


def last_seen(cast: Cast, ago: timedelta) -> None:
    """When a browser showed bob last."""
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(seen_at=timezone.now() - ago)


def sweep(cast: Cast) -> None:
    """Twice is once."""
    for _ in range(2):
        give_back_held_by_absent(cast.shop.tenant.pk)


def timeline_of(cast: Cast, place: Conversation) -> list[str]:
    """The sentences of the thread."""
    with cast.shop.within():
        found = lines(place.pk, from_n=0, to_n=1000)
        texts = [text_of(sentence_of(line)) for line in found]
        shown = [agent_line(place.public_id, line) for line in found]
    assert [bool(text) for text in texts] == [bool(line) for line in shown]
    return [text for text in texts if text]


def test_who_waits_for_somebody_away_goes_to_the_front_of_the_queue_once(cast: Cast) -> None:
    place, first = asks(cast), cast.shop.fresh(asks(cast)).queued_at
    cast.shop.open(cast.shop.welcome("dora"))
    last_seen(cast, GRACE + MINUTE - timedelta(seconds=5))
    sweep(cast)
    assert cast.shop.fresh(place).state == "active", "the minute is not over"
    last_seen(cast, GRACE + MINUTE)
    sweep(cast)
    after = cast.shop.fresh(place)
    assert (after.state, after.agent_id, after.queued_at) == ("queued", None, first)
    assert after.waiting_since is not None
    with cast.shop.within():
        assert position(row(place.pk)) == 1
    assert timeline_of(cast, place)[-1] == "bob 不在线，会话已退回排队"


def test_it_does_not_come_back_to_whom_no_sweep_has_set_offline_yet(cast: Cast) -> None:
    place = asks(cast)
    with cast.shop.within():
        presence.set_status(actor=cast.bob.actor(), agent_id=cast.bob.pk, status="online")
    last_seen(cast, GRACE + MINUTE)
    sweep(cast)
    assert cast.shop.fresh(place).state == "queued"


def test_it_goes_to_a_colleague_who_has_room(cast: Cast) -> None:
    place = asks(cast)
    dave = cast.shop.hire("1003", "Dave", status="online")
    last_seen(cast, GRACE + MINUTE)
    sweep(cast)
    assert cast.shop.fresh(place).agent_id == dave.pk


def test_one_whose_customer_does_not_wait_stays_until_the_customer_writes(cast: Cast) -> None:
    place = asks(cast)
    cast.shop.says(cast.bob, place, "Yes.")
    last_seen(cast, timedelta(minutes=30))
    sweep(cast)
    assert cast.shop.fresh(place).agent_id == cast.bob.pk
    cast.shop.says(cast.carol, place, "One more thing")
    sweep(cast)
    assert cast.shop.fresh(place).state == "queued"


def test_an_agent_who_is_offline_by_choice_with_an_open_desk_keeps_everything(cast: Cast) -> None:
    place = asks(cast)
    with cast.shop.within():
        presence.set_status(actor=cast.bob.actor(), agent_id=cast.bob.pk, status="offline")
    last_seen(cast, timedelta(seconds=20))
    sweep(cast)
    assert cast.shop.fresh(place).agent_id == cast.bob.pk


def test_the_place_says_how_long(cast: Cast) -> None:
    place = asks(cast)
    with cast.shop.within():
        set_override(actor=SYSTEM, place=channel_place(cast.shop.channel), setting="absent_holder", value=20)
    last_seen(cast, GRACE + timedelta(minutes=19))
    sweep(cast)
    assert cast.shop.fresh(place).state == "active"
    last_seen(cast, GRACE + timedelta(minutes=20))
    sweep(cast)
    assert cast.shop.fresh(place).state == "queued"


def test_who_comes_back_in_time_keeps_it_also_when_the_sweep_had_looked(cast: Cast) -> None:
    place = asks(cast)
    last_seen(cast, timedelta(minutes=5))
    with cast.shop.within():
        presence.mark_connected(cast.bob.pk)
        assert not transferring.give_back_absent([place.pk], actor=SYSTEM)
    cast.shop.says(cast.bob, place, "Here I am.")
    last_seen(cast, timedelta(minutes=5))
    with cast.shop.within():
        assert not transferring.give_back_absent([place.pk], actor=SYSTEM)


def test_who_signed_out_and_kept_them_is_away_at_once(cast: Cast) -> None:
    place = asks(cast)
    with cast.shop.within():
        set_override(actor=SYSTEM, place=channel_place(cast.shop.channel), setting="absent_holder", value=0)
        presence.end_presence(actor=cast.bob.actor(), agent_id=cast.bob.pk)
    sweep(cast)
    assert cast.shop.fresh(place).state == "queued"


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("sign out", "bob 已退出登录，会话已退回排队"),
        ("disable", "bob 的工号已停用，会话已退回排队"),
        ("delete", "bob 的工号已删除，会话已退回排队"),
        ("give back", "bob 将会话退回排队"),
    ],
)
def test_the_thread_says_why_it_came_back(cast: Cast, how: str, sentence: str) -> None:
    place = asks(cast)
    with cast.shop.within():
        match how:
            case "sign out":
                presence.end_presence(actor=cast.bob.actor(), agent_id=cast.bob.pk, give_back=True)
            case "disable":
                set_enabled(actor=cast.alice.actor(), agents=[cast.bob.public_id], enabled=False)
            case "delete":
                delete_agent(actor=cast.alice.actor(), agent=cast.bob.public_id)
            case "give back":
                transferring.give_back_all(actor=cast.bob.actor())
    assert cast.shop.fresh(place).state == "queued"
    assert timeline_of(cast, place)[-1] == sentence


def test_the_thread_says_from_whom_somebody_took_over(cast: Cast) -> None:
    place = asks(cast)
    sue = cast.shop.hire("1005", "Sue", role="supervisor", status="online")
    dave = cast.shop.hire("1003", "Dave", status="busy")
    for actor, to in ((sue, sue), (sue, dave), (sue, cast.bob)):
        with cast.shop.within():
            transferring.transfer(actor=actor.actor(), conversation=place.public_id, to=to.public_id)
    assert timeline_of(cast, place)[-3:] == [
        "Sue 从 bob 处接管了会话",
        "Sue 将会话转接给 Dave",
        "Sue 将会话从 Dave 转接给 bob",
    ]


@pytest.mark.usefixtures("live_loop")
async def test_the_visitor_reads_at_once_that_the_agent_is_away_and_back(cast: Cast) -> None:
    place = asks(cast)
    async with visitor_socket() as carol:
        ready = await carol.hello(token=cast.shop.token(cast.carol))
        assert ready["row"]["agent"]["away"] is False
        with cast.shop.within():
            presence.end_presence(actor=cast.bob.actor(), agent_id=cast.bob.pk)
        await carol.hear("digest", away=[place.public_id])
        said = await carol.ask("message.post", kind="text", text="Hello?", conversation=place.public_id)
        assert said["row"]["agent"]["away"] is True
        with cast.shop.within():
            presence.mark_connected(cast.bob.pk)
        await carol.hear("digest", away=[])
