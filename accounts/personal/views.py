"""What a person chooses for their own browser: language, theme, rail."""


from django.conf import settings
from django.http import HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.sign_in import devices
from accounts.sign_in.forms import SignInForm
from accounts.personal.middleware import LANGUAGE_COOKIE, RAILS, RAIL_COOKIE, THEMES, THEME_COOKIE
from accounts.agents.queries import load_of
from accounts.sign_in.backend import sign_in, sign_out
from core.console import flash
from core.errors import Refusal
from core.web.routes import lets_in
from core.web.addresses import TenantRequest

from core.console.pages import safe_next


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
