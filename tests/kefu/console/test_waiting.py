"""That customers wait stands in the console's rail: whose, for whom, and what it costs."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Group, Membership
from kefu.console.navigation import Link
from tests.cast import Cast
from tests.sockets import signed_in

DESK, MONITOR = "workbench:desk", "stats:monitor"


def counts(client: Client, page: str = "/console/conversations/") -> dict[str, int]:
    """What the rail of a page shows; the answer to the page's script is the same."""
    sections = client.get(page).context["navigation"]
    items: list[Link] = [item for _label, items in sections for item in items if item.counts]
    found = {item.name: item.count for item in items}
    assert client.get(reverse("waiting")).json() == found
    return found


def test_who_serves_sees_those_whom_they_may_accept(cast: Cast) -> None:
    bob, alice = signed_in(cast.bob), signed_in(cast.alice)
    assert counts(alice) == {DESK: 0, MONITOR: 0}
    assert 'data-waiting="workbench:desk" hidden' in alice.get("/console/overview/").content.decode()
    cast.shop.open(cast.carol)
    cast.shop.open(cast.shop.welcome("dora"))
    cast.shop.held(cast.shop.welcome("erin"), cast.bob)
    assert counts(bob) == {DESK: 2}
    assert "2<span" in bob.get("/console/conversations/").content.decode()


def test_who_watches_sees_those_who_wait_elsewhere_as_well(cast: Cast) -> None:
    cast.shop.open(cast.carol)
    alice = signed_in(cast.alice)
    with cast.shop.within():
        elsewhere = Group.objects.create(name="elsewhere")
        Membership.objects.filter(agent=cast.alice).update(group=elsewhere)
        cast.bob.memberships.update(group=elsewhere)
    assert counts(alice) == {DESK: 0, MONITOR: 1}
    assert counts(signed_in(cast.bob)) == {DESK: 0}


def test_who_neither_serves_nor_watches_is_told_nothing(cast: Cast) -> None:
    cast.shop.open(cast.carol)
    analyst = signed_in(cast.shop.hire("1009", "erin", role="analyst"))
    assert counts(analyst) == {}
    assert signed_in(cast.other.hire("1000", "oscar", role="owner")).get(reverse("waiting")).json()[DESK] == 0
    assert Client().get(reverse("waiting")).status_code == 302


def test_the_number_costs_one_question(cast: Cast) -> None:
    alice = signed_in(cast.alice)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            alice.get(reverse("waiting"))
        return len(queries)

    before = cost()
    for name in ("dora", "erin", "fay"):
        cast.shop.open(cast.shop.welcome(name))
    assert cost() == before
