"""What the desk shows of those who wait: why, through which groups, and whether they were here before."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Agent
from conversations.lifecycle import ending
from tests.cast import Cast
from tests.sockets import signed_in


def asked(agent: Agent) -> dict[str, Any]:
    """The answer for this agent."""
    answer: dict[str, Any] = signed_in(agent).get(reverse("workbench:queue")).json()
    return answer


def why(cast: Cast) -> str:
    """Why carol waits."""
    [found] = asked(cast.bob)["waiting"]
    return str(found["why"])


def test_each_cause_by_the_rules_of_dispatch(cast: Cast) -> None:
    place = cast.shop.open(cast.carol)
    assert why(cast) == "nobody"
    cast.shop.status(cast.bob, "busy")
    assert why(cast) == "full"
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(status="online", max_concurrent=0)
    assert why(cast) == "full"
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(status="away", max_concurrent=5)
    assert why(cast) == "nobody"
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(status="online")
    assert why(cast) == "next"
    assert asked(cast.bob)["waiting"][0]["conversation"] == place.public_id


def test_who_was_here_before_and_through_which_groups(cast: Cast) -> None:
    before = cast.shop.held(cast.carol, cast.bob)
    with cast.shop.within():
        ending.end_by_agent(actor=cast.bob.actor(), conversation=before.public_id)
    cast.shop.open(cast.carol)
    cast.shop.open(cast.shop.welcome("dora"))
    answer = asked(cast.bob)
    assert [each["earlier"] for each in answer["waiting"]] == [1, 0]
    [group] = answer["groups"]
    assert [each["groups"] for each in answer["waiting"]] == [[group["id"]]] * 2


@pytest.mark.parametrize("who", ["stranger", "mallory"])
def test_nobody_sees_a_queue_that_is_not_theirs(cast: Cast, who: str) -> None:
    cast.shop.open(cast.carol)
    stranger = cast.shop.hire("1002", "dave")
    with cast.shop.within():
        stranger.memberships.all().delete()
    assert asked({"stranger": stranger, "mallory": cast.mallory}[who]) == {"waiting": [], "groups": []}
