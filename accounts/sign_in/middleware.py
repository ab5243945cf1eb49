"""Middleware: the session's cookie, and the scope of the signed-in agent's tenant."""

from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from accounts.audit.record import coming_from
from core.tenancy.scope import tenant_scope
from core.web.addresses import client_address


class Sessions(SessionMiddleware):
    """Django's, except that the cookie is deleted only by the request that ended the session: a late request of an
    earlier session would otherwise delete the cookie of a new one."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Saves the session and sets its cookie."""
        answer = super().process_response(request, response)
        cookie = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and not cookie.value and not getattr(request.session, "ended_here", False):
            del answer.cookies[settings.SESSION_COOKIE_NAME]
        return answer


class TenantScope(AuthenticationMiddleware):
    """Enters the scope of the session's tenant, inside which Django's middleware looks up the agent.

    Audit entries inside have the caller's address.
    """

    def __call__(self, request: HttpRequest) -> Any:
        if self.async_mode:
            return self._async(request)
        self.process_request(request)
        tenant_id = request.session.get("tenant")
        if tenant_id is None:
            return self.get_response(request)
        with tenant_scope(tenant_id), coming_from(client_address(request)):
            return self.get_response(request)

    async def _async(self, request: HttpRequest) -> HttpResponseBase:
        self.process_request(request)
        tenant_id = await request.session.aget("tenant")
        if tenant_id is None:
            response: HttpResponseBase = await self.get_response(request)  # type: ignore[misc]
            return response
        with tenant_scope(tenant_id), coming_from(client_address(request)):
            within: HttpResponseBase = await self.get_response(request)  # type: ignore[misc]
        return within
