"""Where a channel's code was seen."""


from django.db.models import PROTECT, ManyToOneRel, Model, OuterRef, Prefetch, QuerySet, Subquery

from accounts.models import Group
from accounts.groups.queries import groups_given_conversations, groups_that_can_serve
from channels_app.models import Channel, ServiceAccount, ServingGroup, Sighting
from core.errors import NotFound
from core.console.ordering import Spoken

from channels_app.channels.queries import channel


def sightings_of(channel: Channel) -> list[Sighting]:
    """Where its snippet was seen, the latest first: few rows (`sightings.MOST_ROWS`)."""
    return list(Sighting.objects.filter(channel=channel).order_by("-last_seen_at", "-pk"))
