"""What would have no effect is told where it is made and in the lists, with a link that mends it."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, Group, Membership
from channels_app.models import ServiceAccount, ServingGroup
from tests.accounts.agents.test_pages import new_form, text
from tests.cast import Cast
from tests.sockets import signed_in

IN_VAIN = "whoever writes waits in vain"


@pytest.fixture
def boss(cast: Cast) -> Client:
    """Alice's browser, in English."""
    client = signed_in(cast.alice)
    client.cookies["kefu_language"] = "en"
    return client


def test_the_only_group_is_ticked_for_somebody_new_and_for_a_new_service_account(cast: Cast, boss: Client) -> None:
    field = f"in_{cast.shop.group.public_id}"
    assert boss.get("/console/agents/new/").context["form"][field].value() is True
    assert boss.get("/console/service-accounts/new/").context["form"]["groups"].value() == [cast.shop.group.public_id]
    with cast.shop.within():
        Group.objects.create(name="VIP")
    assert not boss.get("/console/agents/new/").context["form"][field].value()
    assert boss.get("/console/service-accounts/new/").context["form"]["groups"].value() is None


def test_who_is_in_no_group_is_told_of_when_made_and_in_the_list(cast: Cast, boss: Client) -> None:
    answer = boss.post("/console/agents/new/", new_form())
    with cast.shop.within():
        dave = Agent.objects.get(number="1002")
    page = f"/console/agents/{dave.public_id}/"
    assert answer["Location"] == page
    shown = text(boss.get(page))
    assert "dave can sign in as 1002@8001 now. In no group" in shown
    assert shown.count("notice-warn") == shown.count("In no group") == 1, "one notice, with the way to mend it"
    assert 'href="#id_groups"' in shown
    assert f'href="{page}#id_groups"' in text(boss.get("/console/agents/"))
    with cast.shop.within():
        Membership.objects.create(agent=dave, group=cast.shop.group)
    assert "In no group" not in text(boss.get("/console/agents/"))
    assert "In no group" not in text(boss.get(page))


def test_who_works_at_no_desk_needs_no_group(cast: Cast, boss: Client) -> None:
    answer = boss.post("/console/agents/new/", new_form(role="analyst"))
    assert answer["Location"] == "/console/agents/"
    assert "In no group" not in text(boss.get("/console/agents/"))


def test_a_group_that_no_service_account_uses_is_marked_until_one_does(cast: Cast, boss: Client) -> None:
    made: Any = boss.post("/console/groups/new/", {"name": "VIP", "sort": "0"})
    with cast.shop.within():
        vip = Group.objects.get(name="VIP")
    for address in ("/console/groups/", made["Location"], f"/console/groups/{vip.public_id}/"):
        page = text(boss.get(address))
        assert "No service account uses this group" in page
        assert 'href="/console/service-accounts/"' in page
        assert "Nobody in this group can sign in" in page
        assert f'href="/console/groups/{vip.public_id}/members/new/"' in page
    with cast.shop.within():
        ServingGroup.objects.create(service_account=cast.shop.account, group=vip)
        Membership.objects.create(agent=cast.bob, group=vip)
    for address in ("/console/groups/", made["Location"]):
        page = text(boss.get(address))
        assert "No service account uses" not in page
        assert "Nobody in this group" not in page


@pytest.mark.parametrize("why", ["disabled", "analyst", "nobody"])
def test_an_account_whose_groups_have_nobody_who_can_serve_is_told_of_everywhere(
    cast: Cast, boss: Client, why: str
) -> None:
    account, channel = cast.shop.account.public_id, cast.shop.channel.public_id
    pages = {
        "/console/service-accounts/": "Nobody can serve",
        "/console/channels/": "Nobody can serve",
        f"/console/service-accounts/{account}/": IN_VAIN,
        f"/console/channels/{channel}/": IN_VAIN,
        f"/console/channels/{channel}/install/": IN_VAIN,
    }
    for address, told in pages.items():
        assert told not in text(boss.get(address))
    with cast.shop.within():
        Membership.objects.exclude(agent=cast.bob).delete()
        if why == "disabled":
            Agent.objects.filter(pk=cast.bob.pk).update(is_active=False)
        elif why == "analyst":
            Membership.objects.create(
                agent=cast.shop.hire("1003", "ada", role="analyst"), group=Group.objects.create(name="x")
            )
            Membership.objects.filter(agent=cast.bob).delete()
        else:
            Membership.objects.all().delete()
        assert ServiceAccount.objects.count() == 1
    for address, told in pages.items():
        assert told in text(boss.get(address)), address
    form = boss.get(f"/console/service-accounts/{account}/").context["form"]
    assert "客服组 (nobody can serve)" in [label for _id, label in form.fields["groups"].choices]


@pytest.mark.parametrize("also", ["", "analyst", "disabled"])
def test_a_group_in_which_nobody_is_assigned_anything_is_told_of(cast: Cast, boss: Client, also: str) -> None:
    """An owner can take conversations by hand; the rules give them none."""
    with cast.shop.within():
        Membership.objects.all().delete()
        members = [cast.alice]
        if also:
            members.append(cast.shop.hire("1003", "ada", role="analyst" if also == "analyst" else "agent"))
            Agent.objects.filter(nickname="ada").update(is_active=also != "disabled")
        for agent in members:
            Membership.objects.get_or_create(agent=agent, group=cast.shop.group)
    pages = ("/console/groups/", "/console/service-accounts/", "/console/channels/")
    for address in pages:
        assert "Nobody is assigned" in text(boss.get(address)), address
    assert "Nobody in this group is given" in text(boss.get(f"/console/groups/{cast.shop.group.public_id}/"))
    with cast.shop.within():
        Membership.objects.create(agent=cast.bob, group=cast.shop.group)
    for address in pages:
        assert "Nobody is assigned" not in text(boss.get(address)), address
