"""Forms that carry a version: who sends another than the saved one is told, and nothing is saved."""

from typing import Any

import pytest
from django.test import Client

from accounts.agents.actions import AgentInput, change_agent
from accounts.groups import actions as group_actions
from accounts.groups.actions import change_group
from accounts.models import Agent, AuditEntry, Group
from core.clock import now
from core.console.editing import VersionField
from tests.cast import Cast
from tests.sockets import signed_in


@pytest.fixture
def owner(cast: Cast) -> Client:
    client = signed_in(cast.alice)
    client.cookies["kefu_language"] = "en"
    return client


def address(cast: Cast) -> str:
    return f"/console/groups/{cast.shop.group.public_id}/"


def fresh(cast: Cast) -> Group:
    with cast.shop.within():
        return Group.objects.get(pk=cast.shop.group.pk)


@pytest.mark.parametrize("sent", ["", "0", "-1", "99", "one", "1.5", "9" * 5000, "\x00"])
def test_a_version_that_never_was_is_told_and_may_be_saved_on_top(cast: Cast, owner: Client, sent: str) -> None:
    late: Any = owner.post(address(cast), {"version": sent, "name": "A", "sort": "0"})
    assert (late.status_code, fresh(cast).name) == (409, cast.shop.group.name)
    page = late.content.decode()
    assert "It is not known which version of this you were editing." in page
    assert "while you were editing" not in page
    assert late.context["stale"].changes == [("Name", cast.shop.group.name, "A")]
    again = {"version": late.context["form"]["version"].value(), "name": "A", "sort": "0"}
    assert (owner.post(address(cast), again).status_code, fresh(cast).name) == (303, "A")


def test_a_form_without_its_version_is_told_too(cast: Cast, owner: Client) -> None:
    assert owner.post(address(cast), {"name": "A", "sort": "0"}).status_code == 409
    assert fresh(cast).name == cast.shop.group.name


def test_who_sends_what_is_saved_already_is_told_so_without_an_empty_table(cast: Cast, owner: Client) -> None:
    payload = {"version": "1", "name": "A", "sort": "0"}
    assert owner.post(address(cast), payload).status_code == 303
    late: Any = owner.post(address(cast), payload)
    page = late.content.decode()
    assert (late.status_code, late.context["stale"].changes) == (409, [])
    assert "What you sent is what is saved now." in page
    assert "Saved now</th>" not in page


def test_a_change_of_the_system_has_a_name(cast: Cast, owner: Client) -> None:
    with cast.shop.within():
        Group.objects.filter(pk=cast.shop.group.pk).update(version=2, sort=3)
        AuditEntry.objects.create(
            at=now(), actor_kind="system", actor_name="", action="group.changed", object_kind="group",
            object_id=cast.shop.group.pk, object_name="客服组", before={"sort": 0}, after={"sort": 3},
        )  # fmt: skip
    late: Any = owner.post(address(cast), {"version": "1", "name": "A", "sort": "0"})
    assert late.context["stale"].who == "System"


def test_a_group_that_went_meanwhile_leaves_nothing_to_save(cast: Cast, owner: Client) -> None:
    with cast.shop.within():
        gone = Group.objects.create(name="soon gone")
        where = f"/console/groups/{gone.public_id}/"
        gone.delete()
    assert owner.post(where, {"version": "1", "name": "A", "sort": "0"}).status_code == 404


def test_what_stands_in_the_field_is_never_an_error() -> None:
    field = VersionField(required=False)
    assert [field.clean(each) for each in (None, "", "x", "-3", "7")] == [0, 0, 0, -3, 7]


def drawn(answer: Any) -> dict[str, Any]:
    """What a browser would send of the form that came, untouched."""
    form = answer.context["form"]
    return {
        bound.html_name: bound.value() for bound in form if bound.value() is not None and bound.value() is not False
    }


def test_saved_again_a_form_takes_back_nothing_that_its_reader_did_not_touch(cast: Cast, owner: Client) -> None:
    bob, group = cast.bob, cast.shop.group.public_id
    page = f"/console/agents/{bob.public_id}/"
    mine = drawn(owner.get(page)) | {"email": "b@example.com"}
    with cast.shop.within():
        team = Group.objects.create(name="evening")
        values = AgentInput(bob.number, "Bobby", "agent", "", {group: 70, team.public_id: 30})
        change_agent(actor=cast.alice.actor(), agent=bob.public_id, version=bob.version, values=values)
    late: Any = owner.post(page, mine)
    assert late.status_code == 409
    assert late.context["stale"].changes == [("E-mail", "–", "b@example.com")]
    assert owner.post(page, drawn(late)).status_code == 303
    with cast.shop.within():
        saved = Agent.objects.get(pk=bob.pk)
        weights = {row.group.name: row.weight for row in saved.memberships.select_related("group")}
        assert (saved.nickname, saved.email) == ("Bobby", "b@example.com")
        assert weights == {cast.shop.group.name: 70, "evening": 30}


def test_a_mistake_does_not_let_a_form_forget_what_it_showed(cast: Cast, owner: Client) -> None:
    mine = drawn(owner.get(address(cast))) | {"sort": "many"}
    with cast.shop.within():
        change_group(
            actor=cast.alice.actor(),
            group=cast.shop.group.public_id,
            version=1,
            values=group_actions.GroupInput("evening", 0),
        )
    mistaken: Any = owner.post(address(cast), mine)
    assert mistaken.status_code == 422
    late: Any = owner.post(address(cast), drawn(mistaken) | {"sort": "3"})
    assert late.status_code == 409
    assert owner.post(address(cast), drawn(late)).status_code == 303
    assert (fresh(cast).name, fresh(cast).sort) == ("evening", 3)


def test_every_form_that_changes_tells_what_it_showed(cast: Cast, owner: Client) -> None:
    """Sent back late and untouched, each is what is saved by then."""
    shop = cast.shop
    channel = f"/console/channels/{shop.channel.public_id}/"
    for page in (
        f"/console/agents/{cast.bob.public_id}/",
        address(cast),
        f"/console/service-accounts/{shop.account.public_id}/",
        channel,
        f"{channel}design/",
    ):
        answer: Any = owner.get(page)
        assert f'name="shown" value="{answer.context["form"]["shown"].value()}"' in answer.content.decode(), page
        sent = drawn(answer) | {"version": "99", "do": "save"}
        late: Any = owner.post(page, sent)
        assert (late.status_code, late.context["stale"].changes) == (409, []), page
        assert late.context["form"].touched == set(), page
