"""What every page has in common: security headers, the request as our views see it, the caller's address."""

import base64
import hashlib
import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django_htmx.middleware import HtmxDetails


CUSTOMERS_BITS = 64  # of an IPv6 address: what one household or office is given
# Some proxies (Azure's gateways, IIS) write where the caller's connection came from: another port each time. An IPv6
# address has brackets then, since it is made of colons itself.
WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::\d+)?|(?P<four>[^:\[\]]+):\d+")


class TenantRequest(HttpRequest):
    """A request after the door: in a tenant's scope when somebody is signed in."""

    session: "SessionBase"
    htmx: "HtmxDetails"
    user: Any


def client_address(request: HttpRequest) -> str:
    """The caller's IP address; a proxy's word counts only where the settings say there is one."""
    return told_address(str(request.META.get("REMOTE_ADDR") or ""), request.headers.get("X-Forwarded-For", ""))


def told_address(peer: str, forwarded: str) -> str:
    """The same by who is connected and what the header `X-Forwarded-For` says."""
    if settings.TRUST_FORWARDED_FOR and forwarded:
        return _without_port(forwarded.rsplit(",", 1)[-1].strip())
    return peer


def _without_port(address: str) -> str:
    found = WITH_PORT.fullmatch(address)
    return found["six"] or found["four"] if found else address


def network_of(address: str) -> str:
    """What throttles count by: an IPv6 customer has a network of 2^64 addresses, and may take another for each attempt.

    Of an IPv4 address it is the address itself, however it is written.
    """
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((int(known), CUSTOMERS_BITS), strict=False))


def client_network(request: HttpRequest) -> str:
    """The caller's network, as throttles know it."""
    return network_of(client_address(request))


def content_security_policy(*, frame_ancestors: str = "'none'", socket_host: str = "", inline_script: str = "") -> str:
    """Ours alone, nothing evaluated, nothing inline but one script whose very text is given.

    `socket_host` is for browsers that do not count ws: as 'self'.
    """
    digest = base64.b64encode(hashlib.sha256(inline_script.encode()).digest()).decode()
    inline = f" 'sha256-{digest}'" if inline_script else ""
    sockets = f" ws://{socket_host} wss://{socket_host}" if socket_host else ""
    return (
        f"default-src 'none'; script-src 'self'{inline}; style-src 'self'; img-src 'self' data: blob:; "
        f"media-src 'self' blob:; font-src 'self'; connect-src 'self'{sockets}; form-action 'self'; "
        f"base-uri 'none'; frame-src 'self'; manifest-src 'self'; frame-ancestors {frame_ancestors}"
    )


def named_host(request: HttpRequest) -> str:
    """The host that the request names, if it is one of ours; a stranger's word is not repeated."""
    try:
        return request.get_host()
    except DisallowedHost:
        return ""


class SecurityHeaders:
    """Strict headers on everything; a view that needs other ones (the chat page in its frame) sets its own."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if self.is_async:
            return self._async(request)
        return self._secured(request, self.get_response(request))

    async def _async(self, request: HttpRequest) -> HttpResponseBase:
        return self._secured(request, await self.get_response(request))

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
    """WhiteNoise, without the thread that a synchronous middleware costs each request of an asynchronous view."""

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
