"""Answers to requests whose statement exceeded `STATEMENT_SECONDS`.

A page explains it; where htmx asked for a list, a toast does, and the list stays.
"""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from core.console.pages import wants_fragment, with_toast
from core.errors import Busy
from core.web.routes import refusal_response, wants_json


class TooSlow:
    """The innermost middleware, so that it sees what views raise."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """503 where the database cancelled the statement; None for other exceptions."""
        gave_up = isinstance(exception, OperationalError) and isinstance(exception.__cause__, QueryCanceled)
        return too_slow(request) if gave_up else None


def too_slow(request: HttpRequest) -> HttpResponse:
    """The answer as a page, a toast, or JSON for a script."""
    if wants_json(request):
        return refusal_response(Busy())
    if wants_fragment(request):
        text = advice(request)
        return with_toast(HttpResponse(status=Busy.status), f"{_('This takes too long.')} {text}", "bad")
    return render(request, "errors/503.html", {"advice": advice(request)}, status=Busy.status)


def advice(request: HttpRequest) -> str:
    """The advice: to narrow the request, or to repeat what was not saved."""
    if request.method == "POST":
        return _("Nothing was saved. Please try again in a moment.")
    return _("Choose fewer days or narrow the filter, then try again.")
