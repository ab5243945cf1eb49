"""Error pages; scripts get the same as JSON."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Internal, NotFound, Refusal
from core.web.routes import refusal_response, wants_json


class Unreadable(Refusal):
    """The request has too many fields, a broken body or a foreign host name."""

    code = "bad_request"
    status = 400
    text = _("This request could not be read. Nothing was saved.")


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of status 400."""
    return _page(request, Unreadable(), "errors/400.html")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of status 404."""
    return _page(request, NotFound(), "errors/404.html")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of status 403."""
    return _page(request, Forbidden(), "errors/403.html")


def broken(request: HttpRequest) -> HttpResponse:
    """The page of status 500."""
    if wants_json(request):
        return refusal_response(Internal())
    return render(request, "errors/500.html", status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form without a valid CSRF token: an old page, or a request forged by another site."""
    return _page(request, Forbidden(), "errors/csrf.html")


def _page(request: HttpRequest, refusal: Refusal, template: str) -> HttpResponse:
    if wants_json(request):
        return refusal_response(refusal)
    return render(request, template, status=refusal.status)
