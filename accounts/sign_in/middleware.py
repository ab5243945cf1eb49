"""Each request runs in the scope of its agent's tenant."""

from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponseBase

from accounts.audit.record import coming_from
from accounts.personal.middleware import Next
from core.tenancy.scope import tenant_scope
from core.web.addresses import client_address


class TenantScope(AuthenticationMiddleware):
    """Enter the scope of the session's tenant, then let Django's middleware look up the agent inside it.

    What is written to the audit log inside knows the caller's address.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Next) -> None:
        super().__init__(get_response)
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if self.is_async:
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
