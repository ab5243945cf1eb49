"""The time line of a customer: who may read what stood before, and which page comes from which address."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agent, AuditEntry
from channels_app.channels.provisioning import add_web_channel
from conversations.lifecycle import assigning, ending
from conversations.messages import recalling
from conversations.models import Conversation
from conversations.posting import writing as posting
from core import clock
from tests.cast import Cast, draft_of
from tests.sockets import signed_in


def page(agent: Agent, conversation: Conversation, **asked: Any) -> dict[str, Any]:
    """What the agent is answered."""
    answer = signed_in(agent).get(reverse("workbench:messages", args=[conversation.public_id]), asked)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def status(agent: Agent, conversation: Conversation) -> int:
    return signed_in(agent).get(reverse("workbench:messages", args=[conversation.public_id])).status_code


def over(cast: Cast, agent: Agent, *texts: str) -> Conversation:
    """A conversation of carol that the agent held, in which she wrote these, and that the agent ended."""
    found = cast.shop.held(cast.carol, agent)
    for text in texts:
        cast.shop.says(cast.carol, found, text)
    with cast.shop.within():
        ending.end_by_agent(actor=agent.actor(), conversation=found.public_id)
    return cast.shop.fresh(found)


def views(cast: Cast, agent: Agent) -> list[int]:
    """The conversations that the agent was recorded to have read."""
    with cast.shop.within():
        found = AuditEntry.objects.filter(action="conversation.viewed", actor_id=agent.pk).order_by("pk")
        return [each.object_id for each in found if each.object_id]


def writes(cast: Cast, conversation: Conversation, texts: Iterable[str]) -> None:
    """carol, all at once."""
    with cast.shop.within():
        posting.post([draft_of(cast.carol, conversation, text) for text in texts])


def numbers(found: dict[str, Any]) -> list[int]:
    return [message["n"] for message in found["messages"]]


def test_who_serves_a_customer_reads_what_came_before_and_that_is_recorded(cast: Cast) -> None:
    first, second = over(cast, cast.alice, "one"), over(cast, cast.alice, "two")
    now = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, now, "three")
    at_home = page(cast.bob, now)
    assert [message["text"] for message in at_home["messages"]] == ["three"]
    head = at_home["earlier"]
    assert (head["conversation"], head["agent"]["name"], head["end"]["key"]) == (
        second.public_id,
        "alice",
        "ended_by_name",
    )
    assert views(cast, cast.bob) == []
    before = page(cast.bob, second)
    assert [message["text"] for message in before["messages"]] == ["two"]
    assert before["earlier"]["conversation"] == first.public_id
    assert before["later"]["conversation"] == now.public_id
    assert page(cast.bob, first)["earlier"] is None
    assert views(cast, cast.bob) == [second.pk, first.pk]


def test_who_does_not_serve_the_customer_is_told_of_nothing(cast: Cast) -> None:
    first = over(cast, cast.alice, "one")
    now = cast.shop.held(cast.carol, cast.alice)
    erin = cast.shop.hire("1009", "erin")
    assert {status(agent, first) for agent in (cast.bob, erin, cast.mallory)} == {404}
    assert {status(agent, now) for agent in (cast.bob, erin, cast.mallory)} == {404}
    assert status(cast.shop.hire("1010", "frank", role="supervisor"), first) == 200


@pytest.mark.parametrize(("hours", "answer"), [(23, 200), (25, 404)])
def test_what_came_before_can_be_read_as_long_as_the_last_one_stands_on_the_desk(
    cast: Cast, hours: int, answer: int
) -> None:
    first = over(cast, cast.alice, "one")
    mine = over(cast, cast.bob, "two")
    with cast.shop.within():
        Conversation.objects.filter(pk=mine.pk).update(ended_at=timezone.now() - timedelta(hours=hours))
    assert status(cast.bob, first) == answer
    assert bool(page(cast.bob, mine)["earlier"]) == (answer == 200)
    assert status(cast.bob, mine) == 200


def test_what_waits_for_my_groups_can_be_read_with_what_came_before(cast: Cast) -> None:
    first = over(cast, cast.alice, "one")
    for agent in (cast.alice, cast.bob):
        cast.shop.status(agent, "offline")
    now = cast.shop.open(cast.carol)
    assert page(cast.bob, now)["earlier"]["conversation"] == first.public_id
    assert status(cast.bob, first) == 200


def test_another_open_conversation_of_the_customer_is_no_past(cast: Cast) -> None:
    """Held by a colleague on another channel, it is still going on."""
    held = cast.shop.held(cast.carol, cast.alice)
    cast.shop.says(cast.carol, held, "on the other channel")
    with cast.shop.within():
        elsewhere = add_web_channel(account_name="售后", name="小程序", groups=(cast.shop.group,))
        Conversation.objects.filter(pk=held.pk).update(channel=elsewhere)
    now = cast.shop.held(cast.carol, cast.bob)
    assert page(cast.bob, now)["earlier"] is None
    assert status(cast.bob, held) == 404


def test_pages_go_both_ways_from_any_message(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    writes(cast, talk, map(str, range(1, 121)))
    newest = page(cast.bob, talk)
    assert (numbers(newest), newest["more"], newest["newer"]) == (list(range(71, 121)), True, False)
    middle = page(cast.bob, talk, around=60)
    assert (numbers(middle), middle["more"], middle["newer"]) == (list(range(35, 85)), True, True)
    assert middle["earlier"] is middle["later"] is None
    assert numbers(page(cast.bob, talk, before=35)) == list(range(1, 35))
    last = page(cast.bob, talk, after=84)
    assert (numbers(last), last["newer"]) == (list(range(85, 121)), False)
    assert numbers(page(cast.bob, talk, around=1)) == list(range(1, 26))
    assert numbers(page(cast.bob, talk, around=999)) == list(range(96, 121))
    assert page(cast.bob, talk, after=120)["lines"] == page(cast.bob, talk, after=120)["messages"] == []


def test_lines_come_with_the_page_between_whose_messages_they_stand(cast: Cast) -> None:
    talk = cast.shop.open(cast.carol)
    writes(cast, talk, map(str, range(1, 61)))
    cast.shop.status(cast.bob, "busy")
    with cast.shop.within():
        assigning.accept(actor=cast.bob.actor(), conversation=talk.public_id)
    writes(cast, talk, map(str, range(61, 121)))
    asked = [page(cast.bob, talk), page(cast.bob, talk, before=71), page(cast.bob, talk, before=21)]
    said = [[line["say"]["key"] for line in each["lines"]] for each in asked]
    assert said == [[], ["accepted"], ["opened"]]
    assert [line["say"]["key"] for line in page(cast.bob, talk, after=40)["lines"]] == ["accepted"]


def test_a_day_is_found_in_whichever_conversation_it_was(cast: Cast) -> None:
    now = clock.now()
    days = {"one": now - timedelta(days=9), "two": now - timedelta(days=5), "three": now}
    talks = {}
    for text, at in days.items():
        with clock.frozen_at(at):
            talks[text] = over(cast, cast.alice, text)
    mine = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, mine, "four")

    def since(**ago: int) -> dict[str, Any]:
        return page(cast.bob, mine, since=int((now - timedelta(**ago)).timestamp() * 1000))

    assert (since(days=6)["conversation"], since(days=6)["at"]) == (talks["two"].public_id, 1)
    assert since(days=60)["conversation"] == talks["one"].public_id
    assert since(days=-60)["at"] is None
    assert since(days=-60)["conversation"] == mine.public_id


def test_the_first_of_many_unread_ones_is_found_by_their_number(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    writes(cast, talk, map(str, range(1, 121)))
    cast.shop.says(cast.bob, talk, "121")
    writes(cast, talk, ["122", "123"])

    def unread(count: int, **asked: int) -> int | None:
        found: int | None = page(cast.bob, talk, unread=count, **asked)["at"]
        return found

    with cast.shop.within():
        welcome = cast.shop.fresh(talk).last_seq - 123
        recalling.recall(actor=cast.carol.actor(), conversation=talk.public_id, n=welcome + 122)
    assert unread(2) == welcome + 120, "of its own messages, and not of recalled ones"
    assert unread(100, before=welcome + 121) == welcome + 21
    assert unread(500) is None


def test_a_day_before_what_one_may_read_is_its_beginning(cast: Cast) -> None:
    dave = cast.shop.hire("1002", "dave", status="busy")
    now = timezone.now()
    with clock.frozen_at(now - timedelta(days=9)):
        earlier = over(cast, dave, "one")
    with clock.frozen_at(now - timedelta(days=3)):
        mine = over(cast, cast.bob, "two", "three")
    found = page(cast.bob, mine, since=int((now - timedelta(days=10)).timestamp() * 1000))
    assert (found["conversation"], found["at"]) == (mine.public_id, 1)
    assert status(cast.bob, earlier) == 404
