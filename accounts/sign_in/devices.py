"""Known browsers (device cookies, OWASP): wrong passwords sent by strangers do not lock out an agent in them.

Each such browser has a random id in an encrypted cookie, with the sign-in names that were right there, newest first.
Its wrong passwords are counted by that id. A stolen cookie gives five guesses in 15 minutes, as any address does.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from core.tenancy.models import random_id
from core.web.sealing import InvalidSeal, seal, unseal

COOKIE = f"{settings.COOKIE_PREFIX}kefu_device"
PURPOSE = "device"
LIFETIME_SECONDS = 400 * 24 * 3600  # the most that browsers allow
MAX_NAMES = 10  # per browser


@dataclass(frozen=True)
class Device:
    """A known browser, and the sign-in names (`SignInName.key`) that were right in it."""

    id: str
    names: tuple[str, ...]


def device_of(request: HttpRequest) -> Device | None:
    """The known browser of the request, or None."""
    try:
        device, names = unseal(PURPOSE, request.COOKIES.get(COOKIE, ""), at_most=LIFETIME_SECONDS)
    except (InvalidSeal, ValueError, TypeError):
        return None
    return Device(device, tuple(names))


def remember(request: HttpRequest, response: HttpResponseBase, name: str) -> None:
    """Sets the cookie: `name` (`SignInName.key`) was right in this browser."""
    device = device_of(request) or Device(random_id(), ())
    names = [name, *(each for each in device.names if each != name)][:MAX_NAMES]
    response.set_cookie(
        COOKIE,
        seal(PURPOSE, [device.id, names]),
        max_age=LIFETIME_SECONDS,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
    )
