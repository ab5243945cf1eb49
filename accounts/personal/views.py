"""Saving personal display settings: language, theme, rail."""

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.personal.middleware import LANGUAGE_COOKIE, RAIL_COOKIE, RAILS, THEME_COOKIE, THEMES
from core.console.pages import safe_next
from core.web.request import TenantRequest

YEAR = 365 * 24 * 3600


@require_POST
def preferences(request: TenantRequest) -> HttpResponseBase:
    """Stores valid values of `language`, `theme` and `rail` in cookies for a year; redirects to `next`."""
    response = redirect(safe_next(request, reverse("start")))
    language, theme, rail = (request.POST.get(name) for name in ("language", "theme", "rail"))
    if language in dict(settings.LANGUAGES):
        set_preference(response, LANGUAGE_COOKIE, language)
    if theme in THEMES:
        set_preference(response, THEME_COOKIE, theme)
    if rail in RAILS:
        set_preference(response, RAIL_COOKIE, rail)
    return response


def set_preference(response: HttpResponseBase, name: str, value: str) -> None:
    """Sets one of these cookies."""
    response.set_cookie(
        name, value, max_age=YEAR, samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE), httponly=True
    )
