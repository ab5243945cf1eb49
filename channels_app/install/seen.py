"""Records where the snippet of a channel runs: the only writer of `Sighting`.

A request can claim any site, so a row is evidence, not proof: at most `MAX_ROWS` per channel, of which the oldest are
replaced; a real site comes back with its next visitor.
"""

from datetime import timedelta

from django.db import transaction

from channels_app.models import Channel, Sighting
from channels_app.origins import may_embed
from core import clock
from core.actors import Actor

MAX_ROWS = 100
AT_MOST_EVERY = timedelta(minutes=1)
LONGEST_PAGE = 1000


@transaction.atomic
def record_sighting(*, actor: Actor, channel: Channel, origin: str, page_url: str, design_version: int) -> bool:
    """Records that the snippet ran on a page of the origin; at most one write a minute for each origin. Returns whether
    it wrote."""
    now = clock.now()
    values = {
        "page_url": page_url[:LONGEST_PAGE],
        "design_version": design_version,
        "is_allowed": may_embed(channel.origins, origin),
        "last_seen_at": now,
    }
    known = Sighting.objects.filter(channel=channel, origin=origin)
    if known.filter(last_seen_at__lt=now - AT_MOST_EVERY).update(**values):
        return True
    if known.exists():
        return False
    row = Sighting(tenant_id=channel.tenant_id, channel=channel, origin=origin, first_seen_at=now, **values)
    Sighting.objects.bulk_create([row], ignore_conflicts=True)
    _make_room(channel)
    return True


def _make_room(channel: Channel) -> None:
    newest = Sighting.objects.filter(channel=channel).order_by("-last_seen_at", "-pk").values_list("pk", flat=True)
    surplus = list(newest[MAX_ROWS : MAX_ROWS * 2])
    if surplus:
        Sighting.objects.filter(pk__in=surplus).delete()
