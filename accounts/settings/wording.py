"""Places of settings as text, and the addresses of their pages."""

from django.urls import reverse
from django.utils.translation import gettext

from accounts.settings.levels import spec_of
from core.settings.levels import Level, Place


def place_text(place: Place | None) -> str:
    """A place by level and name; kefu's default for None."""
    if place is None:
        return gettext("Default")
    level = str(spec_of(place.level).label)
    return gettext("%(level)s: %(name)s") % {"level": level, "name": place.name} if place.name else level


def place_address(place: Place | None) -> str:
    """The address of the place's settings; "" where there is no page."""
    if place is None or place.level is Level.PLATFORM:
        return ""
    if place.level is Level.TENANT:
        return reverse("accounts:reception")
    return reverse("accounts:settings", args=[place.level.value, place.public_id])
