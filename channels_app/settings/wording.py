"""Places of settings in the reader's words, and where their pages are."""

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from core.settings.levels import Level, Place

LEVELS = {
    Level.PLATFORM: gettext_lazy("Platform"),
    Level.TENANT: gettext_lazy("Company"),
    Level.SERVICE_ACCOUNT: gettext_lazy("Service account"),
    Level.CHANNEL: gettext_lazy("Channel"),
    Level.GROUP: gettext_lazy("Agent group"),
    Level.AGENT: gettext_lazy("Agent"),
}


def place_text(place: Place | None) -> str:
    """A place by level and name; None is kefu's own default."""
    if place is None:
        return gettext("Default")
    level = str(LEVELS[place.level])
    return gettext("%(level)s: %(name)s") % {"level": level, "name": place.name} if place.name else level


def place_address(place: Place | None) -> str:
    """Where the place's settings are; empty where there is no page."""
    if place is None or place.level is Level.PLATFORM:
        return ""
    if place.level is Level.TENANT:
        return reverse("channels:reception")
    return reverse("channels:settings", args=[place.level.value, place.public_id])
