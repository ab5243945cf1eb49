"""What the digests say of the desk, to however many visitors."""

import pytest
from django.utils import timezone

from accounts.agents.presence import set_status
from tests.cast import Cast
from tests.eventually import soon
from tests.sockets import visitor_socket
from widget import presence
from widget.visitor import VisitorClient

pytestmark = pytest.mark.usefixtures("live_loop")


async def test_the_desk_is_looked_at_once_for_all_who_ask_within_seconds(cast: Cast) -> None:
    shop = cast.shop
    carol = VisitorClient(shop.tenant.pk, cast.carol.pk, shop.channel.pk, "carol", cast.carol.token_generation, "en")

    async def is_somebody_there() -> bool:
        digest, again = await VisitorClient.digests(shop.tenant.pk, [carol, carol])
        assert digest is not None
        assert digest == again
        return bool(digest["desk"]["there"])

    assert not await is_somebody_there()
    with shop.within():
        type(cast.bob).objects.filter(pk=cast.bob.pk).update(status="online", seen_at=timezone.now())
    assert not await is_somebody_there()
    presence._cache.clear()  # the seconds are over
    assert await is_somebody_there()


async def test_who_waits_learns_at_once_that_the_last_agent_left_and_that_one_is_back(cast: Cast) -> None:
    """Not with the next digest, and not what another visitor's was told some seconds ago."""
    shop = cast.shop
    shop.status(cast.bob, "busy")
    shop.open(cast.carol)
    other = VisitorClient(shop.tenant.pk, cast.carol.pk, shop.channel.pk, "carol", cast.carol.token_generation, "en")
    async with visitor_socket() as carol:
        await carol.hello(token=shop.token(cast.carol), after={})
        for status, there in (("away", False), ("busy", True), ("offline", False)):
            await VisitorClient.digests(shop.tenant.pk, [other])  # keeps what is true now
            with shop.within():
                set_status(actor=cast.bob.actor(), agent_id=cast.bob.pk, status=status)

            def told(there: bool = there) -> bool:
                digests = [frame for frame in carol.frames if frame["t"] == "digest"]
                return bool(digests) and digests[-1]["desk"]["there"] is there

            await soon(told)
