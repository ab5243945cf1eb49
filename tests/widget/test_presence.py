"""What the digests say of the desk, to however many visitors."""

import pytest
from django.utils import timezone

from tests.cast import Cast
from widget import presence
from widget.party import Visitor

pytestmark = pytest.mark.usefixtures("live_loop")


async def test_the_desk_is_looked_at_once_for_all_who_ask_within_seconds(cast: Cast) -> None:
    shop = cast.shop
    carol = Visitor(shop.tenant.pk, cast.carol.pk, shop.channel.pk, "carol", cast.carol.token_generation, "en")

    async def is_somebody_there() -> bool:
        digest, again = await Visitor.digests(shop.tenant.pk, [carol, carol])
        assert digest is not None
        assert digest == again
        return bool(digest["desk"]["there"])

    assert not await is_somebody_there()
    with shop.within():
        type(cast.bob).objects.filter(pk=cast.bob.pk).update(status="online", seen_at=timezone.now())
    assert not await is_somebody_there()
    presence._kept.clear()  # the seconds are over
    assert await is_somebody_there()
