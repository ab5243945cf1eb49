"""The reader's language."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

LANGUAGE_COOKIE = "kefu_language"
THEME_COOKIE = "kefu_theme"
RAIL_COOKIE = "kefu_rail"
THEMES = ("system", "light", "dark")
RAILS = ("wide", "narrow")


def chosen_language(request: HttpRequest) -> str:
    """The language code by `?lang=`, else the cookie, else the browser's header, else simplified Chinese."""
    supported = dict(settings.LANGUAGES)
    for choice in (request.GET.get("lang", ""), request.COOKIES.get(LANGUAGE_COOKIE, "")):
        if choice.lower() in supported:
            return choice.lower()
    return translation.get_language_from_request(request)


class PersonalLanguage(MiddlewareMixin):
    """Activates the reader's language for the request and sets Content-Language."""

    def __call__(self, request: HttpRequest) -> Any:
        if self.async_mode:
            return self._async(request)
        with translation.override(chosen_language(request)):
            return self._labelled(self.get_response(request))  # type: ignore[arg-type]

    async def _async(self, request: HttpRequest) -> HttpResponseBase:
        with translation.override(chosen_language(request)):
            return self._labelled(await self.get_response(request))  # type: ignore[misc]

    def _labelled(self, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response
