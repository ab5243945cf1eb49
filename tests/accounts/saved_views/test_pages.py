"""Filters that are kept under a name: each agent's own, above the list, in a bounded number."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import SavedView
from accounts.saved_views.actions import LONGEST_QUERY, MAX_VIEWS
from tests.cast import Cast
from tests.sockets import signed_in

LIST = reverse("accounts:agents")
ONLINE = f"{LIST}?status=online"


@pytest.fixture
def alice(cast: Cast) -> Client:
    """Her browser."""
    return signed_in(cast.alice)


def save(client: Client, at: str, name: str, **more: str) -> Any:
    """Save what the list shows there."""
    return client.post(f"{reverse('accounts:saved_view_new')}?next={quote(at)}", {"name": name, **more})


def names(client: Client, at: str = f"{LIST}?all=") -> list[tuple[str, bool]]:
    """The views above a list, and which of them is shown."""
    listing = client.get(at).context["listing"]
    return [(view.name, view == listing.current_view) for view in listing.views]


def of(name: str, page: str, at: str = LIST) -> str:
    """The address of a question about a view."""
    return f"{reverse(page, args=[SavedView.objects.get(name=name).public_id])}?next={quote(at)}"


def test_a_view_is_saved_opened_renamed_replaced_and_deleted(cast: Cast, alice: Client) -> None:
    assert b"views/new" not in alice.get(LIST).content, "there is nothing to save"
    assert quote(ONLINE, safe="").encode() in alice.get(f"{ONLINE}&page=2").content
    answer = save(alice, f"{ONLINE}&sort=-load", "  当班 ")
    assert (answer.status_code, answer["Location"]) == (303, f"{ONLINE}&sort=-load")
    assert names(alice) == [("当班", False)]
    assert names(alice, answer["Location"]) == [("当班", True)]
    with cast.shop.within():
        edit, delete = of("当班", "accounts:saved_view"), of("当班", "accounts:saved_view_delete")
    assert "当班" in alice.get(edit).content.decode()
    assert alice.post(edit, {"name": "在线"})["Location"] == answer["Location"]
    assert save(alice, ONLINE, "在线")["Location"] == ONLINE
    assert names(alice, ONLINE) == [("在线", True)]
    assert alice.get(delete).status_code == 200
    assert names(alice) == [("在线", False)], "it was only asked about"
    assert alice.post(delete).status_code == 303
    assert names(alice) == []
    assert alice.post(delete).status_code == 404


def test_the_default_is_what_the_list_opens_with_and_everything_has_an_address(alice: Client) -> None:
    save(alice, ONLINE, "first", is_default="on")
    save(alice, f"{LIST}?sort=-load", "second", is_default="on")
    answer = alice.get(LIST)
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?sort=-load")
    listing = alice.get(f"{LIST}?all=").context["listing"]
    assert (listing.query(), listing.whole, listing.filtered) == ("?all=", f"{LIST}?all=", False)
    assert [view.is_default for view in listing.views] == [False, True]
    sent = alice.get(f"{LIST}?q=&status=", headers={"HX-Request": "true"})
    assert sent["HX-Push-Url"] == f"{LIST}?all="
    assert alice.get(ONLINE).context["listing"].query(status=None) == "?all="


def test_days_that_are_the_usual_ones_move_on(alice: Client) -> None:
    history = reverse("conversations:history")
    usual = alice.get(history).context["listing"].form["from"].value()
    listing = alice.get(f"{history}?from={usual}&state=ended").context["listing"]
    assert listing.to_save == "?state=ended"
    assert alice.get(f"{history}?from=&to=&state=ended").context["listing"].to_save == "?from=&to=&state=ended"


def test_their_number_length_and_names_are_bounded(cast: Cast, alice: Client) -> None:
    for number in range(MAX_VIEWS):
        assert save(alice, ONLINE, f"view {number}").status_code == 303
    refused = save(alice, ONLINE, "one more")
    assert refused.status_code == 422
    assert "20 个视图" in refused.content.decode()
    assert save(alice, f"{LIST}?status=busy", "VIEW 7").status_code == 303, "as good as the same name"
    assert save(alice, reverse("accounts:audit") + "?who=bob", "another list").status_code == 303
    assert save(alice, f"{LIST}?q={'x' * LONGEST_QUERY}", "view 1").status_code == 422
    assert save(alice, ONLINE, "x" * 31).status_code == save(alice, ONLINE, "").status_code == 422
    with cast.shop.within():
        assert alice.post(of("view 1", "accounts:saved_view"), {"name": "View 2"}).status_code == 422


@pytest.mark.parametrize("at", ["", "https://evil.example/console/agents/", "//evil.example", "/nowhere/", "x", "/%00"])
def test_only_what_is_a_page_can_be_kept(alice: Client, at: str) -> None:
    assert save(alice, at, "view").status_code == 404


def test_they_are_nobody_elses(cast: Cast, alice: Client) -> None:
    save(alice, ONLINE, "hers", is_default="on")
    colleague = signed_in(cast.shop.hire("1002", "dave", role="owner"))
    mallory = signed_in(cast.other.hire("1000", "mallory's boss", role="owner"))
    with cast.shop.within():
        questions = [of("hers", page) for page in ("accounts:saved_view", "accounts:saved_view_delete")]
    for stranger in (colleague, mallory):
        assert stranger.get(LIST).status_code == 200
        assert names(stranger) == []
        for question in questions:
            assert stranger.get(question).status_code == stranger.post(question, {"name": "x"}).status_code == 404
    assert names(alice) == [("hers", False)]
