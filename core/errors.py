"""Refusals: what an action says when it will not do what it was asked.

Each has a stable `code` (docs/protocol.md), an HTTP status and a sentence in the user's language. Concrete ones stand
next to the action that raises them.
"""

import logging
from collections.abc import Iterable
from typing import ClassVar

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """The action did nothing, and says why. `field` is what of the request it is about: forms say it there."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    text: ClassVar[str | Promise] = _("This is not possible.")
    retry: ClassVar[bool] = False
    field: ClassVar[str] = ""

    def __str__(self) -> str:
        return str(self.text)


class NotFound(Refusal):
    """It does not exist, or not for this caller; strangers cannot tell the two apart."""

    code = "not_found"
    status = 404
    text = _("This does not exist (any more).")


class Forbidden(Refusal):
    """The role does not allow it."""

    code = "forbidden"
    status = 403
    text = _("You are not allowed to do this.")


class Busy(Refusal):
    """Too much at once; the same command may be repeated in a moment."""

    code = "busy"
    status = 503
    text = _("The server is busy. Please try again in a moment.")
    retry = True


class Internal(Refusal):
    """Something broke on our side; it is in the log. The command is safe to repeat."""

    code = "internal"
    status = 503
    text = _("Something went wrong on our side. Please try again.")
    retry = True


class TooMany(Refusal):
    """A throttle stepped in."""

    code = "too_many"
    status = 429
    text = _("Too many attempts. Please wait a little.")
    retry = True


class Stale(Refusal):
    """Somebody else saved since the caller looked."""

    code = "stale"
    status = 409
    text = _("Somebody else has changed this in the meantime.")


class NameTaken(Refusal):
    """Two with one name could not be told apart in any list."""

    code = "name_taken"
    text = _("There is one with this name already.")
    field = "name"


class InUse(Refusal):
    """Others need it; `names` says which, and the sentence names them."""

    status = 409

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self.names = tuple(names)

    def __str__(self) -> str:
        return str(self.text) % {"names": gettext(", ").join(self.names)}


# What callers do wrong; our refusals reach Django as such.
EXPECTED = (Http404, PermissionDenied, BadRequest, MultiPartParserError, SuspiciousOperation)


class OneLine(logging.Filter):
    """What pages refuse is one line in the log: a traceback means that something of ours broke."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.") and record.exc_info and isinstance(record.exc_info[1], EXPECTED):
            record.exc_info = record.exc_text = None
        return True
