"""What every page has in common: security headers, the request as our views see it, the caller's address."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django_htmx.middleware import HtmxDetails


class TenantRequest(HttpRequest):
    """A request after the door: in a tenant's scope when somebody is signed in."""

    session: "SessionBase"
    htmx: "HtmxDetails"
    user: Any


def client_address(request: HttpRequest) -> str:
    """The caller's IP address; a proxy's word counts only where the settings say there is one."""
    if settings.TRUST_FORWARDED_FOR:
        forwarded = request.headers.get("X-Forwarded-For", "")
        if forwarded:
            return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")


def content_security_policy(*, frame_ancestors: str = "'none'", socket_host: str = "") -> str:
    """Ours alone, nothing inline, nothing evaluated. `socket_host` is for browsers that do not count ws: as 'self'."""
    sockets = f" ws://{socket_host} wss://{socket_host}" if socket_host else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        f"font-src 'self'; connect-src 'self'{sockets}; form-action 'self'; base-uri 'none'; frame-src 'self'; "
        f"manifest-src 'self'; frame-ancestors {frame_ancestors}"
    )


class SecurityHeaders:
    """Strict headers on everything; a view that needs other ones (the chat page in its frame) sets its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(
            "Content-Security-Policy", content_security_policy(socket_host=request.META.get("HTTP_HOST", ""))
        )
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), payment=(), usb=()")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if settings.SESSION_COOKIE_SECURE:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
