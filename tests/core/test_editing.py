"""Forms that carry a version: who sends another than the saved one is told, and nothing is saved."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Group
from core.clock import now
from core.editing import VersionField
from tests.cast import Cast
from tests.lines import signed_in


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
    wish = {"version": "1", "name": "A", "sort": "0"}
    assert owner.post(address(cast), wish).status_code == 303
    late: Any = owner.post(address(cast), wish)
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
