"""Nobody is thrown out without a question, which says who it is and what becomes of their conversations."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, AuditEntry, Group, Membership
from conversations.states import State
from tests.accounts.agents.test_pages import form_of, text
from tests.cast import Cast
from tests.sockets import signed_in

BULK = "/console/agents/bulk/"


@pytest.fixture
def boss(cast: Cast) -> Client:
    """Alice's browser, in English."""
    client = signed_in(cast.alice)
    client.cookies["kefu_language"] = "en"
    return client


def disabled(cast: Cast) -> list[str]:
    """Who is."""
    with cast.shop.within():
        return list(Agent.objects.filter(is_active=False).values_list("nickname", flat=True))


def test_disabling_asks_first_and_says_how_many_conversations(cast: Cast, boss: Client) -> None:
    cast.shop.held(cast.carol, cast.bob)
    asked: Any = boss.post(BULK, {"do": "disable", "rows": [cast.bob.public_id], "next": "/console/agents/?q=b"})
    assert asked.status_code == 200
    page = text(asked)
    assert "Disable bob?" in page
    assert "Conversations of bob now: 1" in page
    assert "Back to the front of the queue" in page
    assert disabled(cast) == []
    alone = text(boss.post(BULK, {"do": "disable", "rows": [cast.bob.public_id]}, headers={"HX-Request": "true"}))
    assert alone.lstrip().startswith('<form class="confirm"')
    sent = {"do": "disable", "rows": [cast.bob.public_id], "next": "/console/agents/?q=b", "sure": "1", "heir": ""}
    assert boss.post(BULK, sent)["Location"] == "/console/agents/?q=b"
    assert "bob cannot sign in any more." in text(boss.get("/console/agents/?q=b"))
    assert disabled(cast) == ["bob"]


def test_many_are_asked_about_at_once(cast: Cast, boss: Client) -> None:
    dave = cast.shop.hire("1002", "dave")
    cast.shop.held(cast.carol, dave)
    rows = [cast.bob.public_id, dave.public_id, cast.alice.public_id]
    page = text(boss.post(BULK, {"do": "disable", "rows": rows}))
    assert "Disable 2 agents?" in page, "nobody is asked about themselves"
    assert "Conversations of dave now: 1" in page
    assert disabled(cast) == []


def test_enabling_asks_nothing(cast: Cast, boss: Client) -> None:
    boss.post(BULK, {"do": "disable", "rows": [cast.bob.public_id], "sure": "1"})
    assert boss.post(BULK, {"do": "enable", "rows": [cast.bob.public_id]}).status_code == 303
    assert disabled(cast) == []


@pytest.mark.parametrize("act", ["disable", "delete"])
def test_what_they_hold_is_handed_to_whom_the_answer_names(cast: Cast, boss: Client, act: str) -> None:
    held = cast.shop.held(cast.carol, cast.bob)
    dave = cast.shop.hire("1002", "dave", status="busy")
    if act == "delete":
        address = f"/console/agents/{cast.bob.public_id}/delete/"
        assert "Hand over to dave (1002, 0/10)" in text(boss.get(address))
        boss.post(address, {"heir": dave.public_id})
    else:
        boss.post(BULK, {"do": "disable", "rows": [cast.bob.public_id], "sure": "1", "heir": dave.public_id})
    after = cast.shop.fresh(held)
    assert (after.state, after.agent_id) == (State.ACTIVE, dave.pk)
    with cast.shop.within():
        entry = AuditEntry.objects.filter(object_id=cast.bob.pk).latest("pk")
    assert entry.object_name == "bob (1001)"
    assert (entry.after["conversations"], entry.after["conversations_to"]) == (1, "dave (1002)")


def test_an_heir_who_cannot_take_it_is_not_offered_and_never_given_it(cast: Cast, boss: Client) -> None:
    held = cast.shop.held(cast.carol, cast.bob)
    off, ada = cast.shop.hire("1002", "dave"), cast.shop.hire("1003", "ada", role="analyst", status="online")
    address = f"/console/agents/{cast.bob.public_id}/delete/"
    page = text(boss.get(address))
    for nobody in (off, ada, cast.mallory):
        assert nobody.public_id not in page
        assert boss.post(address, {"heir": nobody.public_id}).status_code == 422
    with cast.shop.within():
        from accounts.agents.actions import delete_agent

        delete_agent(actor=cast.alice.actor(), agent=cast.bob.public_id, heir=off.public_id)
    assert cast.shop.fresh(held).state == State.QUEUED


def test_a_role_without_a_desk_asks_before_it_is_saved(cast: Cast, boss: Client) -> None:
    cast.shop.held(cast.carol, cast.bob)
    address = f"/console/agents/{cast.bob.public_id}/"
    with cast.shop.within():
        sent = form_of(Agent.objects.get(pk=cast.bob.pk), role="analyst")
    answer: Any = boss.post(address, sent)
    page = text(answer)
    assert answer.status_code == 422
    assert "bob is signed out everywhere" in page
    assert "Conversations of bob now: 1" in page
    with cast.shop.within():
        assert Agent.objects.select_related("role").get(pk=cast.bob.pk).role.code == "agent"
    agreed = answer.context["form"]["agreed"].value()
    assert boss.post(address, sent | {"role": "site_owner", "agreed": agreed}).status_code == 422, "another change"
    assert boss.post(address, sent | {"agreed": agreed}).status_code == 303
    with cast.shop.within():
        assert Agent.objects.select_related("role").get(pk=cast.bob.pk).role.code == "analyst"


def test_leaving_the_last_group_is_asked_about_on_either_page(cast: Cast, boss: Client) -> None:
    group = cast.shop.group.public_id
    with cast.shop.within():
        sent = form_of(Agent.objects.get(pk=cast.bob.pk))
    sent.pop(f"in_{group}")
    answer: Any = boss.post(f"/console/agents/{cast.bob.public_id}/", sent)
    assert "bob is in no group then" in text(answer)
    members = f"/console/groups/{group}/members/bulk/"
    assert "given no new conversations: bob" in text(boss.post(members, {"do": "remove", "rows": [cast.bob.public_id]}))
    with cast.shop.within():
        assert Membership.objects.filter(agent=cast.bob).exists()
        assert not AuditEntry.objects.exists()
        Membership.objects.create(agent=cast.bob, group=Group.objects.create(name="VIP"))
    assert boss.post(members, {"do": "remove", "rows": [cast.bob.public_id]}).status_code == 303
    with cast.shop.within():
        assert Membership.objects.get(agent=cast.bob).group.name == "VIP"


def test_deleting_a_group_says_who_is_left_without_one(cast: Cast, boss: Client) -> None:
    with cast.shop.within():
        vip = Group.objects.create(name="VIP")
        Membership.objects.filter(agent=cast.bob).update(group=vip)
    assert "given no new conversations: bob" in text(boss.get(f"/console/groups/{vip.public_id}/delete/"))


def test_a_new_password_says_what_becomes_of_the_conversations(cast: Cast, boss: Client) -> None:
    cast.shop.held(cast.carol, cast.bob)
    page = text(boss.get(f"/console/agents/{cast.bob.public_id}/password/"))
    assert "Conversations of bob now: 1" in page


@pytest.mark.parametrize("handed", [True, False])
def test_a_role_without_the_desk_asks_what_becomes_of_their_conversations(
    cast: Cast, boss: Client, handed: bool
) -> None:
    held = cast.shop.held(cast.carol, cast.bob)
    dave = cast.shop.hire("1002", "dave", status="busy")
    address = f"/console/agents/{cast.bob.public_id}/"
    assert 'name="heir"' not in text(boss.get(address))
    with cast.shop.within():
        sent = form_of(Agent.objects.get(pk=cast.bob.pk), role="site_owner")
    asked: Any = boss.post(address, sent)
    page = text(asked)
    assert asked.status_code == 422
    assert "Conversations of bob now: 1" in page
    assert "Hand over to dave (1002, 0/10)" in page
    assert cast.shop.fresh(held).agent_id == cast.bob.pk
    again = sent | {"agreed": asked.context["form"]["agreed"].value()}
    assert boss.post(address, again | {"heir": cast.mallory.public_id}).status_code == 422
    assert boss.post(address, again | {"heir": dave.public_id if handed else ""}).status_code == 303
    after = cast.shop.fresh(held)
    assert (after.state, after.agent_id) == (("active", dave.pk) if handed else ("queued", None))


def test_a_role_that_keeps_the_desk_asks_nothing_about_conversations(cast: Cast, boss: Client) -> None:
    held = cast.shop.held(cast.carol, cast.bob)
    with cast.shop.within():
        sent = form_of(Agent.objects.get(pk=cast.bob.pk), role="supervisor")
    answer = boss.post(f"/console/agents/{cast.bob.public_id}/", sent)
    assert answer.status_code == 303 or 'name="heir"' not in text(answer)
    assert cast.shop.fresh(held).agent_id == cast.bob.pk


def test_leaving_the_last_group_says_how_many_conversations_stay_with_them(cast: Cast, boss: Client) -> None:
    cast.shop.held(cast.carol, cast.bob)
    page = f"/console/agents/{cast.bob.public_id}/"
    form: Any = boss.get(page).context["form"]
    sent = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    answer = boss.post(page, {name: value for name, value in sent.items() if not name.startswith("in_")})
    assert "Conversations of bob now: 1. They stay with bob." in text(answer)
    members = f"/console/groups/{cast.shop.group.public_id}/members/bulk/"
    asked = boss.post(members, {"do": "remove", "rows": [cast.bob.public_id]})
    assert "Conversations of bob now: 1" in text(asked)
