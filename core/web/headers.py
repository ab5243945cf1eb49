"""Security headers on every answer, and serving of static files."""

import base64
import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from whitenoise.middleware import WhiteNoiseMiddleware


@lru_cache(256)
def content_security_policy(
    *,
    frame_ancestors: str = "'none'",
    socket_host: str = "",
    inline_script: str = "",
    frames: tuple[str, ...] = (),
) -> str:
    """The value of `Content-Security-Policy`: our origin only, no eval, nothing inline except the given script's text.

    `socket_host` is for browsers that do not include ws: in 'self'. `frames` are other origins whose pages
    may be shown.
    """
    digest = base64.b64encode(hashlib.sha256(inline_script.encode()).digest()).decode()
    inline = f" 'sha256-{digest}'" if inline_script else ""
    shown = " ".join(("'self'", *frames))
    sockets = f" ws://{socket_host} wss://{socket_host}" if socket_host else ""
    return (
        f"default-src 'none'; script-src 'self'{inline}; style-src 'self'; img-src 'self' data: blob:; "
        f"media-src 'self' blob:; font-src 'self'; connect-src 'self'{sockets}; form-action 'self'; "
        f"base-uri 'none'; frame-src {shown}; manifest-src 'self'; frame-ancestors {frame_ancestors}"
    )


def named_host(request: HttpRequest) -> str:
    """The request's host if it is an allowed one; otherwise "", so that a forged header is never repeated."""
    try:
        return request.get_host()
    except DisallowedHost:
        return ""


class SecurityHeaders(MiddlewareMixin):
    """Sets strict headers unless the view set its own (the chat page in its frame does)."""

    def __call__(self, request: HttpRequest) -> Any:
        if self.async_mode:
            return self._async(request)
        return self._secured(request, self.get_response(request))  # type: ignore[arg-type]

    async def _async(self, request: HttpRequest) -> HttpResponseBase:
        return self._secured(request, await self.get_response(request))  # type: ignore[misc]

    def _secured(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        headers = {
            "Content-Security-Policy": content_security_policy(socket_host=named_host(request)),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), payment=(), usb=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        if settings.SESSION_COOKIE_SECURE:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise for sync and async, without the thread that a synchronous middleware costs each async request."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        super().__init__(get_response)
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self._async(request) if self.is_async else super().__call__(request)

    async def _async(self, request: HttpRequest) -> HttpResponseBase:
        found = self.files.get(request.path_info)
        if found is None and self.autorefresh:
            found = self.find_file(request.path_info)
        response: HttpResponseBase = await self.get_response(request) if found is None else self.serve(found, request)
        return response
