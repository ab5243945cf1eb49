"""Whether a customer is there: as the pages' connections show it, in whichever process, and told to the desk."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import Customer
from tests.cast import Cast
from tests.sockets import desk_socket, signed_in
from widget.visitor import VisitorClient

pytestmark = pytest.mark.usefixtures("live_loop")


def last_seen(cast: Cast, *, minutes_ago: float | None = None) -> float:
    """Seconds since carol was seen; with `minutes_ago` it is set before."""
    with cast.shop.within():
        rows = Customer.objects.filter(pk=cast.carol.pk)
        if minutes_ago is not None:
            rows.update(last_seen_at=timezone.now() - timedelta(minutes=minutes_ago))
        return (timezone.now() - rows.get().last_seen_at).total_seconds()


def carols_page(cast: Cast) -> VisitorClient:
    """A page of carol that is connected to some process."""
    shop = cast.shop
    return VisitorClient(shop.tenant.pk, cast.carol.pk, shop.channel.pk, "carol", 1, "zh-hans")


async def test_a_page_that_is_connected_is_noted_with_its_digests_and_not_oftener(cast: Cast) -> None:
    last_seen(cast, minutes_ago=3)
    page = carols_page(cast)
    await VisitorClient.digests(cast.shop.tenant.pk, [page, page])
    assert last_seen(cast) < 10
    before = last_seen(cast, minutes_ago=0.1)
    await VisitorClient.digests(cast.shop.tenant.pk, [page])
    assert last_seen(cast) >= before


async def test_the_desk_is_told_of_whom_it_holds_and_of_who_waits(cast: Cast) -> None:
    cast.shop.status(cast.bob, "busy")
    held, waiting = cast.shop.held(cast.carol, cast.bob), cast.shop.open(cast.shop.welcome("dora"))
    last_seen(cast, minutes_ago=3)
    async with desk_socket(cast.bob) as bob:
        await bob.hello()
        digest = await bob.hear("digest")
        ago = {name: digest["now"] - at for name, at in digest["seen"].items()}
        assert set(ago) == {held.public_id, waiting.public_id}
        assert ago[held.public_id] == pytest.approx(180_000, abs=10_000)
        assert ago[waiting.public_id] < 10_000


def test_the_state_of_the_desk_says_it_too(cast: Cast) -> None:
    held = cast.shop.held(cast.carol, cast.bob)
    state = signed_in(cast.bob).get("/api/desk/state").json()
    assert state["now"] - state["seen"][held.public_id] < 10_000
