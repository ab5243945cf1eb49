"""Channels for the console."""

from django.db.models import OuterRef, QuerySet, Subquery

from channels_app.models import Channel, Sighting
from core.rows import one_or_404


def channels_in_console() -> QuerySet[Channel]:
    """The channels with service accounts, and `seen_at` and `seen_on`: when and where the snippet was seen last."""
    seen = Sighting.objects.filter(channel=OuterRef("pk")).order_by("-last_seen_at")
    return Channel.objects.select_related("service_account").annotate(
        seen_at=Subquery(seen.values("last_seen_at")[:1]), seen_on=Subquery(seen.values("origin")[:1])
    )


def channel(public_id: str) -> Channel:
    """The channel with its service account, active or not; raises `NotFound`."""
    return one_or_404(Channel.objects.select_related("service_account").filter(public_id=public_id))
