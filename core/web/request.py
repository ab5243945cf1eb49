"""The type of requests that views receive."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django_htmx.middleware import HtmxDetails


class TenantRequest(HttpRequest):
    """A request after the middleware: in the tenant's scope if an agent is signed in."""

    session: "SessionBase"
    htmx: "HtmxDetails"
    user: Any
