"""Where a channel's snippet was seen."""

from channels_app.models import Channel, Sighting


def sightings_of(channel: Channel) -> list[Sighting]:
    """The channel's sightings, the latest first; at most `seen.MAX_ROWS`."""
    return list(Sighting.objects.filter(channel=channel).order_by("-last_seen_at", "-pk"))
