"""One message that survives a redirect ("Saved."), shown once by the next page.

It is a signed cookie for a minute: nothing is written to the session's row, and two browsers of one agent do not see
each other's messages. Shown as text, never as markup.
"""

from typing import Literal, NamedTuple

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise

Level = Literal["ok", "info", "warn", "bad"]
COOKIE = f"{settings.COOKIE_PREFIX}kefu_flash"
SALT = "flash"
SECONDS = 60
LONGEST = 300  # characters: a cookie holds 4 KB, and base64 of Chinese is long


class Flash(NamedTuple):
    """A message and its level."""

    level: Level
    text: str


def put(response: HttpResponseBase, text: str | Promise, level: Level = "ok") -> None:
    """Sets the message for the next page."""
    value = signing.dumps([level, str(text)[:LONGEST]], salt=SALT, compress=True)
    response.set_cookie(
        COOKIE,
        value,
        max_age=SECONDS,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
    )


def read(request: HttpRequest) -> Flash | None:
    """The message of the previous page; None where the cookie is old or not ours."""
    try:
        level, text = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Flash(level, text)


def clear(response: HttpResponseBase) -> None:
    """Deletes the message after it was shown."""
    response.delete_cookie(COOKIE, samesite="Lax")
