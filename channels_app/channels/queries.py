"""Channels for the console."""

from typing import Any

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


def groups_with_channels(agent_id: int) -> dict[str, dict[str, Any]]:
    """The agent's groups (public id), each with its `name` and the public ids of the `channels` that it serves. One
    query."""
    found: dict[str, dict[str, Any]] = {}
    served = Channel.objects.filter(service_account__serving_groups__group__memberships__agent=agent_id)
    group = "service_account__serving_groups__group"
    rows = served.order_by(f"-{group}__sort", f"{group}_id", "pk")
    for public_id, name, channel_id in rows.values_list(f"{group}__public_id", f"{group}__name", "public_id"):
        found.setdefault(public_id, {"name": name, "channels": []})["channels"].append(channel_id)
    return found


def channel(public_id: str) -> Channel:
    """The channel with its service account, active or not; raises `NotFound`."""
    return one_or_404(Channel.objects.select_related("service_account").filter(public_id=public_id))
