"""The rail: every item leads somewhere, to whom its page lets in."""

import pytest
from django.urls import resolve, reverse

from accounts.models import Role
from accounts.permissions import AGENT, BUILT_IN_ROLES, Permission
from kefu.console.navigation import FIRST, Item, home, items, links
from tests.cast import Cast
from tests.sockets import signed_in

ITEMS = items()


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_every_item_leads_to_a_page_of_its_permission(item: Item) -> None:
    page = resolve(reverse(item.name))
    assert page.func.permission == item.permission  # type: ignore[attr-defined]


def test_items_are_named_once_and_by_known_permissions() -> None:
    assert len({item.name for item in ITEMS}) == len(ITEMS)
    assert {item.permission for item in ITEMS} <= set(Permission)
    assert set(FIRST) <= {item.name for item in ITEMS}


@pytest.mark.parametrize("role", BUILT_IN_ROLES)
def test_a_role_sees_what_it_may_open_and_begins_there(role: str) -> None:
    permissions = frozenset(BUILT_IN_ROLES[role][1])
    shown = {link.name: link.url for _label, pages in links(permissions, "/") for link in pages}
    assert set(shown) == {item.name for item in ITEMS if item.permission in permissions}
    assert home(permissions) in shown.values()


def test_who_only_serves_begins_at_the_desk() -> None:
    assert home(AGENT) == reverse("workbench:desk")


def test_who_may_open_nothing_is_sent_nowhere() -> None:
    assert (home(frozenset()), links(frozenset(), "/")) == ("", [])


def test_a_page_marks_the_item_that_it_stands_under() -> None:
    everything = frozenset(Permission)
    for item in ITEMS:
        below = reverse(item.name) + "some-id/edit/"
        current = [link.name for _label, pages in links(everything, below) for link in pages if link.current]
        assert current == [item.name]


def test_no_item_stands_under_another() -> None:
    """Otherwise its pages would mark the wrong one."""
    addresses = [reverse(item.name) for item in ITEMS]
    assert [(one, other) for one in addresses for other in addresses if one != other and one.startswith(other)] == []


@pytest.mark.parametrize(
    ("role", "begins"),
    [
        ("owner", "stats:overview"),
        ("supervisor", "stats:overview"),
        ("analyst", "stats:overview"),
        ("site_owner", "channels:channels"),
        ("agent", "workbench:desk"),
    ],
)
def test_the_console_and_the_sign_in_lead_where_the_role_begins(cast: Cast, role: str, begins: str) -> None:
    browser = signed_in(cast.shop.hire("1900", role, role=role))
    assert browser.get("/console/")["Location"] == reverse(begins)
    assert browser.get("/sign-in/")["Location"] == reverse("console")
    assert browser.get(reverse(begins)).status_code == 200


def test_a_role_without_pages_is_told_so(cast: Cast) -> None:
    with cast.shop.within():
        Role.objects.create(tenant=cast.shop.tenant, code="guest", name="guest")
    answer = signed_in(cast.shop.hire("1901", "guest", role="guest")).get("/console/")
    assert (answer.status_code, b"empty" in answer.content) == (200, True)


def test_the_desk_leads_to_the_console(cast: Cast) -> None:
    for agent, address in ((cast.alice, reverse("stats:overview")), (cast.bob, reverse("conversations:history"))):
        assert f'href="{address}"' in signed_in(agent).get(reverse("workbench:desk")).content.decode()
