"""Channels for the console."""

from django.db.models import OuterRef, QuerySet, Subquery

from channels_app.models import Channel, Sighting
from core.rows import one_or_404, referenced


def channels() -> QuerySet[Channel]:
    """The channels with service accounts, and `is_used`: whether anything refers to one, so that it has to stay."""
    return Channel.objects.select_related("service_account").annotate(is_used=referenced(Channel))


def channels_in_console() -> QuerySet[Channel]:
    """The same, with `seen_at` and `seen_on`: when and where the snippet was seen last."""
    seen = Sighting.objects.filter(channel=OuterRef("pk")).order_by("-last_seen_at")
    return channels().annotate(
        seen_at=Subquery(seen.values("last_seen_at")[:1]), seen_on=Subquery(seen.values("origin")[:1])
    )


def channel(public_id: str) -> Channel:
    """The channel with its service account, active or not; raises `NotFound`."""
    return one_or_404(Channel.objects.select_related("service_account").filter(public_id=public_id))
