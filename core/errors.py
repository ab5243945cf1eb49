"""Refusals: exceptions by which an action declines, having changed nothing.

Each has a stable `code` (docs/protocol.md), an HTTP status and a sentence in the user's language. Concrete ones stand
beside the action that raises them.
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
    """Base of all refusals; the transaction is rolled back.

    `text` is shown to the user; `retry`: the same command may succeed later; `field`: the form field to show it at.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    text: ClassVar[str | Promise] = _("This is not possible.")
    retry: ClassVar[bool] = False
    field: ClassVar[str] = ""

    def __str__(self) -> str:
        return str(self.text)


class NotFound(Refusal):
    """The object does not exist or is not visible to the caller; the answer is the same, so that ids cannot be
    probed."""

    code = "not_found"
    status = 404
    text = _("This does not exist (any more).")


class Forbidden(Refusal):
    """The actor's role lacks the permission."""

    code = "forbidden"
    status = 403
    text = _("You are not allowed to do this.")


class Busy(Refusal):
    """Too many concurrent requests; safe to repeat in a moment."""

    code = "busy"
    status = 503
    text = _("The server is busy. Please try again in a moment.")
    retry = True


class Internal(Refusal):
    """An unexpected error of ours, which is in the log. Safe to repeat."""

    code = "internal"
    status = 503
    text = _("Something went wrong on our side. Please try again.")
    retry = True


class TooMany(Refusal):
    """A rate limit was exceeded."""

    code = "too_many"
    status = 429
    text = _("Too many attempts. Please wait a little.")
    retry = True


class Stale(Refusal):
    """The object was saved by somebody else after the caller read it (optimistic locking)."""

    code = "stale"
    status = 409
    text = _("Somebody else has changed this in the meantime.")


class NameTaken(Refusal):
    """The name must be unique within its list."""

    code = "name_taken"
    text = _("There is one with this name already.")
    field = "name"


class InUse(Refusal):
    """The object cannot be removed because others depend on it; `names` are theirs, and `text` has a place for them."""

    status = 409

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self.names = tuple(names)

    def __str__(self) -> str:
        return str(self.text) % {"names": gettext(", ").join(self.names)}


# Errors of callers, not of ours; refusals reach Django as one of these.
EXPECTED = (Http404, PermissionDenied, BadRequest, MultiPartParserError, SuspiciousOperation)


class ExpectedWithoutTraceback(logging.Filter):
    """Logging filter: errors of callers take one line in the log, so that a traceback always means an error of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record through; drops the traceback of expected ones."""
        if record.name.startswith("django.") and record.exc_info and isinstance(record.exc_info[1], EXPECTED):
            record.exc_info = record.exc_text = None
        return True
