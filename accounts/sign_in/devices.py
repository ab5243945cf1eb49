"""Browsers in which somebody signed in before: wrong passwords of strangers do not keep them out.

Each such browser has an id of its own in a sealed cookie, with the sign-in names that were right there, newest first.
Its wrong passwords are counted by that id alone (OWASP calls it a device cookie). Who steals the cookie has five
guesses in 15 minutes, as from any address.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from core.tenancy.models import random_id
from core.web.sealing import InvalidSeal, seal, unseal

COOKIE = f"{settings.COOKIE_PREFIX}kefu_device"
PURPOSE = "device"
LIFETIME_SECONDS = 400 * 24 * 3600  # browsers keep no cookie longer
MOST_NAMES = 10  # people who share one computer


@dataclass(frozen=True)
class Device:
    """A browser, and whose it is."""

    id: str
    names: tuple[str, ...]


def device_of(request: HttpRequest) -> Device | None:
    """The browser, where somebody signed in there before."""
    try:
        device, names = unseal(PURPOSE, request.COOKIES.get(COOKIE, ""), at_most=LIFETIME_SECONDS)
    except (InvalidSeal, ValueError, TypeError):
        return None
    return Device(device, tuple(names))


def remember(request: HttpRequest, response: HttpResponseBase, name: str) -> None:
    """`name` (`SignInName.key`) was right in this browser."""
    device = device_of(request) or Device(random_id(), ())
    names = [name, *(each for each in device.names if each != name)][:MOST_NAMES]
    response.set_cookie(
        COOKIE,
        seal(PURPOSE, [device.id, names]),
        max_age=LIFETIME_SECONDS,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
    )
