"""Channels, for the console."""

from django.db.models import OuterRef, QuerySet, Subquery

from channels_app.models import Channel, Sighting
from core.errors import NotFound


def channels_in_console() -> QuerySet[Channel]:
    """The channels with their service accounts, and when and where their snippets were seen last."""
    seen = Sighting.objects.filter(channel=OuterRef("pk")).order_by("-last_seen_at")
    return Channel.objects.select_related("service_account").annotate(
        seen_at=Subquery(seen.values("last_seen_at")[:1]), seen_on=Subquery(seen.values("origin")[:1])
    )


def channel(public_id: str) -> Channel:
    """One channel with its service account, active or not; raises `NotFound`."""
    found = Channel.objects.select_related("service_account").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found
