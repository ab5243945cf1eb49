"""What views are given: a request after the door."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django_htmx.middleware import HtmxDetails


class TenantRequest(HttpRequest):
    """A request after the door: in a tenant's scope when somebody is signed in."""

    session: "SessionBase"
    htmx: "HtmxDetails"
    user: Any
