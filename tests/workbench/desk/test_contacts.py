"""Whom an agent knows: recently held customers, stars that are nobody else's, colleagues."""

import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agent, Membership
from conversations.contacts import queries
from conversations.lifecycle import ending, transferring
from core import clock
from core.errors import NotFound
from customers.models import Customer, Star
from tests.cast import Cast
from tests.sockets import signed_in
from workbench.agent import AgentClient
from workbench.commands.stars import StarCustomer, _star


def page(agent: Agent, name: str, **asked: Any) -> dict[str, Any]:
    """What the agent is answered."""
    answer = signed_in(agent).get(reverse(f"workbench:{name}"), asked)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def names(answer: dict[str, Any]) -> list[str]:
    return [contact["customer"]["name"] for contact in answer["contacts"]]


def over(cast: Cast, customer: Customer, agent: Agent, *, days_ago: float) -> None:
    """The agent held the customer then, and ended it."""
    with clock.frozen_at(timezone.now() - timedelta(days=days_ago)):
        held = cast.shop.held(customer, agent)
        with cast.shop.within():
            ending.end_by_agent(actor=agent.actor(), conversation=held.public_id)


def star(cast: Cast, agent: Agent, customer: Customer, *, on: bool = True) -> None:
    """As the command does it."""
    with cast.shop.within():
        asked = StarCustomer(t="customer.star", id=uuid4(), customer=customer.public_id, on=on)
        _star(AgentClient.of(agent, "en"), asked)


def test_recent_customers_stand_once_each_by_their_latest_hold_and_come_in_pages(cast: Cast) -> None:
    dave, chance = cast.shop.hire("1002", "dave", status="online"), random.Random(7)
    people = [cast.shop.welcome(f"visitor {n}") for n in range(12)]
    held: dict[str, float] = {}
    for days_ago in sorted((chance.uniform(0.1, 170) for _ in range(30)), reverse=True):
        customer = chance.choice(people)
        over(cast, customer, cast.bob if chance.random() < 0.7 else dave, days_ago=days_ago)
        with cast.shop.within():
            if customer.conversations.latest("pk").agent_id == cast.bob.pk:
                held[customer.name] = days_ago
    over(cast, cast.shop.welcome("long ago"), cast.bob, days_ago=200)
    expected = sorted(held, key=lambda name: held[name])
    first = page(cast.bob, "recent")
    assert names(first) == expected
    assert not first["more"]
    with cast.shop.within():
        seen: list[str] = []
        before, more = "", True
        while more:
            contacts, more = queries.recent(cast.bob.pk, before=before, at_most=4)
            seen += [contact.name for contact in contacts]
            assert contacts[-1].row is not None
            before = contacts[-1].row["conversation"]
    assert seen == expected


def test_a_contact_says_whether_somebody_serves_the_customer_now(cast: Cast) -> None:
    dave = cast.shop.hire("1002", "dave", status="busy")
    over(cast, cast.carol, cast.bob, days_ago=1)
    assert page(cast.bob, "recent")["contacts"][0]["open"] is None
    going_on = cast.shop.held(cast.carol, dave)
    (contact,) = page(cast.bob, "recent")["contacts"]
    assert contact["open"] == {"conversation": going_on.public_id, "mine": False, "agent": "dave"}
    assert contact["row"]["mine"] and contact["row"]["state"] == "ended"
    assert page(dave, "recent")["contacts"][0]["open"]["mine"]
    assert names(page(cast.mallory, "recent")) == []


def test_a_star_is_the_agents_own_and_stands_on_every_conversation_of_the_customer(cast: Cast) -> None:
    dave = cast.shop.hire("1002", "dave", status="busy")
    over(cast, cast.carol, dave, days_ago=2)
    over(cast, cast.carol, cast.bob, days_ago=0.5)
    for _ in range(2):
        star(cast, cast.bob, cast.carol)
    with cast.shop.within():
        assert Star.objects.count() == 1
        assert AgentClient.of(cast.bob, "en").state()["stars"] == [cast.carol.public_id]
        assert AgentClient.of(dave, "en").state()["stars"] == []
    assert page(cast.bob, "stars") == {"stars": [cast.carol.public_id]}
    assert (names(page(cast.bob, "starred")), names(page(dave, "starred"))) == (["carol"], [])
    star(cast, cast.bob, cast.carol, on=False)
    assert names(page(cast.bob, "starred")) == []


def test_nobody_stars_whom_they_do_not_know(cast: Cast) -> None:
    unknown = cast.shop.welcome("somebody's")
    with pytest.raises(NotFound):
        star(cast, cast.bob, unknown)
    with pytest.raises(NotFound):
        star(cast, cast.bob, cast.mike)
    cast.shop.open(unknown)
    star(cast, cast.bob, unknown)  # waits in a queue that bob serves
    with cast.shop.within():
        assert Star.objects.get().customer_id == unknown.pk


def test_a_star_is_shown_for_six_months_after_the_customers_last_visit(cast: Cast) -> None:
    over(cast, cast.carol, cast.bob, days_ago=300)
    star(cast, cast.bob, cast.carol)
    with cast.shop.within():
        Star.objects.update(since=timezone.now() - timedelta(days=290))
        assert names(page(cast.bob, "starred")) == ["carol"], "she was here today"
        Customer.objects.filter(pk=cast.carol.pk).update(last_seen_at=timezone.now() - timedelta(days=190))
    assert names(page(cast.bob, "starred")) == []


def test_colleagues_have_their_groups(cast: Cast) -> None:
    (group,) = page(cast.bob, "colleagues")["groups"]
    assert (group["id"], group["name"]) == (cast.shop.group.public_id, cast.shop.group.name)
    assert cast.bob.public_id in group["agents"]


def test_colleagues_are_shown_as_they_are_now_and_without_oneself(cast: Cast) -> None:
    dave = cast.shop.hire("1002", "dave", status="busy")
    shown = {each["id"]: each["status"] for each in page(cast.bob, "colleagues")["colleagues"]}
    assert shown == {cast.alice.public_id: cast.alice.status, dave.public_id: "busy"}


def test_my_groups_name_the_channels_that_they_serve(cast: Cast) -> None:
    group, channel = cast.shop.group, cast.shop.channel
    expected = {group.public_id: {"name": group.name, "channels": [channel.public_id]}}
    assert page(cast.bob, "groups") == {"groups": expected}
    assert group.public_id not in page(cast.mallory, "groups")["groups"]


def test_what_a_colleague_ended_opens_for_who_held_it_before_and_what_they_hold_does_not(cast: Cast) -> None:
    dave = cast.shop.hire("1002", "dave", status="online")
    talk = cast.shop.held(cast.carol, cast.bob)
    with cast.shop.within():
        transferring.transfer(actor=cast.bob.actor(), conversation=talk.public_id, to=dave.public_id)
    messages = reverse("workbench:messages", args=[talk.public_id])
    (contact,) = page(cast.bob, "recent")["contacts"]
    assert (contact["opens"], contact["writes"], contact["open"]["agent"]) == (False, True, "dave")
    assert (contact["row"]["last"], contact["row"]["note"]) == (None, None), "what they write by now is dave's to read"
    assert signed_in(cast.bob).get(messages).status_code == 404
    with cast.shop.within():
        ending.end_by_agent(actor=dave.actor(), conversation=talk.public_id)
    (contact,) = page(cast.bob, "recent")["contacts"]
    assert (contact["opens"], contact["writes"], contact["open"]) == (True, True, None)
    assert signed_in(cast.bob).get(messages).status_code == 200
    with cast.shop.within():
        Membership.objects.filter(agent=cast.bob).delete()
    assert page(cast.bob, "recent")["contacts"][0]["writes"] is False, "bob's groups serve the channel no more"


@pytest.mark.parametrize("before", ["\0", "A" * 16 + "\0", "A" * 99])
def test_after_what_is_no_id_the_list_begins_anew(cast: Cast, before: str) -> None:
    over(cast, cast.carol, cast.bob, days_ago=1)
    assert names(page(cast.bob, "recent", before=before)) == ["carol"]
