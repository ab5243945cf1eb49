"""Template context: the reader's personal display settings."""

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from accounts.personal.middleware import RAIL_COOKIE, THEME_COOKIE, THEMES

HTML_LANGUAGES = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}


def personal(request: HttpRequest) -> dict[str, object]:
    """`html_lang`, `text_direction` and `theme` of the root element, and `rail` ("wide" or "narrow") of the console.

    `csrf_token` is one for all forms of a page; Django's context would make another for each of them.
    """
    theme = request.COOKIES.get(THEME_COOKIE, "system")
    language = translation.get_language() or "zh-hans"
    return {
        "html_lang": HTML_LANGUAGES.get(language, language),
        "theme": theme if theme in THEMES else "system",
        "rail": "narrow" if request.COOKIES.get(RAIL_COOKIE) == "narrow" else "wide",
        "csrf_token": SimpleLazyObject(lambda: get_token(request)),
        "text_direction": "rtl" if translation.get_language_bidi() else "ltr",
    }
