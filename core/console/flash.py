"""One sentence that outlives a redirect ("Saved."), shown once by the next page.

It travels in a signed cookie that lives a minute: nothing is written to the session's row, and two browsers of one
agent do not read each other's news. It is shown as text, never as markup.
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
    """What happened, and how good that is."""

    level: Level
    text: str


def put(response: HttpResponseBase, text: str | Promise, level: Level = "ok") -> None:
    """Let the next page say it."""
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
    """What the page before wanted said; nothing where the cookie is old or not ours."""
    try:
        level, text = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Flash(level, text)


def clear(response: HttpResponseBase) -> None:
    """It was said."""
    response.delete_cookie(COOKIE, samesite="Lax")
