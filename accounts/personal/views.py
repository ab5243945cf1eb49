"""What a person chooses for their own browser: language, theme, rail."""

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
    """Keep language, theme and the width of the console's rail in cookies."""
    response = redirect(safe_next(request, reverse("start")))
    language, theme, rail = (request.POST.get(name) for name in ("language", "theme", "rail"))
    if language in dict(settings.LANGUAGES):
        keep(response, LANGUAGE_COOKIE, language)
    if theme in THEMES:
        keep(response, THEME_COOKIE, theme)
    if rail in RAILS:
        keep(response, RAIL_COOKIE, rail)
    return response


def keep(response: HttpResponseBase, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR, samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE), httponly=True
    )
