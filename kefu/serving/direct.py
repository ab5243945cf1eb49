"""Endpoints of scripts, answered on the event loop itself.

Django gives each request a thread, on which it calls its signals and most of its middleware: for an endpoint that needs
neither session nor forms that costs more than its answer. Views behind this handler are asynchronous and leave the
database to threads that give their connections back (`core/tenancy/threads.py`), so there is nothing to tidy after
them.
"""

from typing import Any

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import ResolverMatch, resolve, reverse

from accounts.personal.middleware import PersonalLanguage
from core.web.headers import SecurityHeaders


class DirectHandler(ASGIHandler):
    """Django's handler of the named addresses, which take no parameters: without threads and signals, and with no more
    middleware than such endpoints need. Requests of all others go to `others`."""

    def __init__(self, others: Any, *names: str) -> None:
        super().__init__()
        self.others = others
        self.matches = {(path := reverse(name)): resolve(path) for name in names}

    def load_middleware(self, is_async: bool = True) -> None:
        """The reader's language, security headers, and Django's own answers to exceptions."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        answer: Any = convert_exception_to_response(self._of_allowed_host)
        in_language: Any = convert_exception_to_response(PersonalLanguage(answer))
        self._middleware_chain = convert_exception_to_response(SecurityHeaders(in_language))

    async def _of_allowed_host(self, request: HttpRequest) -> HttpResponseBase:
        """Raises `DisallowedHost`, as Django's common middleware does."""
        request.get_host()
        response: HttpResponseBase = await self._get_response_async(request)  # type: ignore[attr-defined]
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """Django's, looked up beforehand."""
        request.resolver_match = self.matches[request.scope["path"]]  # type: ignore[attr-defined]
        return request.resolver_match

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers one request, whether or not the client is still there."""
        if scope["path"] not in self.matches:
            await self.others(scope, receive, send)
            return
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            request, refused = self.create_request(scope, body)
            response: Any = await self.run_get_response(request) if request else refused
            await self.send_response(response, send)
