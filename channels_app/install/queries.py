"""Where a channel's code was seen."""

from channels_app.models import Channel, Sighting


def sightings_of(channel: Channel) -> list[Sighting]:
    """Where its snippet was seen, the latest first: few rows (`seen.MOST_ROWS`)."""
    return list(Sighting.objects.filter(channel=channel).order_by("-last_seen_at", "-pk"))
