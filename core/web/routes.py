"""Routes with the permission that they require; `tests/house/` walks all of them and fails on one without."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, URLPattern, path, register_converter, resolve
from django.utils import timezone

from core.errors import Forbidden, NotFound, Refusal
from core.tenancy.models import PUBLIC_ID
from core.web.bodies import LARGEST_BODY


class PublicIdConverter:
    """`<id:…>` in routes: a public id."""

    regex = PUBLIC_ID

    def to_python(self, value: str) -> str:
        """The id as it is."""
        return value

    def to_url(self, value: str) -> str:
        """The id as it is."""
        return value


register_converter(PublicIdConverter, "id")
View = Callable[..., Any]
ANYONE = "anyone"  # public, without sign-in
VISITOR = "visitor"  # the view checks the visitor's token
SIGNED_IN = "signed in"


def route(pattern: str, view: View, *, to: str, name: str, max_body: int = LARGEST_BODY) -> URLPattern:
    """A Django path whose view requires `to`: a permission, or ANYONE, VISITOR, SIGNED_IN.

    The request's body may have `max_body` bytes; `kefu/serving/daphne.py` reads no more.
    """
    opened = guarded(view, to)
    opened.max_body = max_body  # type: ignore[attr-defined]
    return path(pattern, opened, name=name)


def guarded(view: View, to: str) -> View:
    """The view behind its permission check, in the reader's time zone. Refusals that it raises become answers."""
    if iscoroutinefunction(view):

        @wraps(view)
        async def async_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = await request.auser() if to not in (ANYONE, VISITOR) else None
            try:
                return _turned_away(request, user, to) or await view(request, *args, **kwargs)
            except Refusal as refusal:
                return _refused(request, refusal)

        opened: View = async_door
    else:

        @wraps(view)
        def sync_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = getattr(request, "user", None)
            try:
                with _time_of(user):
                    return _turned_away(request, user, to) or view(request, *args, **kwargs)
            except Refusal as refusal:
                return _refused(request, refusal)

        opened = sync_door
    opened.permission = to  # type: ignore[attr-defined]
    return opened


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponseBase:
    if wants_json(request):
        return refusal_response(refusal)
    raise page_error(refusal) from refusal


def _time_of(user: Any) -> AbstractContextManager[object]:
    """The time zone of the reader's tenant, in which pages show times and forms read them."""
    tenant = getattr(user, "tenant", None)
    return timezone.override(tenant.time_zone) if tenant is not None else nullcontext()


def page_error(refusal: Refusal) -> Exception:
    """The exception by which Django renders the error page of a refusal."""
    return Http404() if isinstance(refusal, NotFound) else PermissionDenied()


def may_open(address: str, permissions: Collection[str]) -> bool:
    """Whether somebody with these permissions passes the check of that address; True for an address that does not
    exist."""
    try:
        to = getattr(resolve(urlsplit(address).path).func, "permission", ANYONE)
    except Resolver404:
        return True
    return to in (ANYONE, VISITOR, SIGNED_IN) or to in permissions


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a script of ours."""
    return request.path.startswith("/api/")


def refusal_response(refusal: Refusal) -> JsonResponse:
    """The refusal as JSON (docs/protocol.md), with its status."""
    content = {"t": "refused", "code": refusal.code, "text": str(refusal), "retry": refusal.retry}
    return JsonResponse(content, status=refusal.status)


def _way_back(request: HttpRequest) -> dict[str, str]:
    """The query of the sign-in page: where to go afterwards, and why it is shown. Of a lost POST, `next` is the page
    that sent it, since many addresses accept POST only."""
    if request.method != "POST":
        ended = {"ended": "1"} if settings.SESSION_COOKIE_NAME in request.COOKIES else {}
        return {"next": request.get_full_path(), **ended}
    sender = _sender(request)
    ours = sender.netloc == request.get_host() and sender.path
    page = urlunsplit(("", "", sender.path, sender.query, "")) if ours else request.get_full_path()
    return {"next": page, "unsaved": "1"}


def _sender(request: HttpRequest) -> SplitResult:
    """The request's referrer; empty where the header is absent or malformed."""
    try:
        return urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return urlsplit("")


def _turned_away(request: HttpRequest, user: Any, to: str) -> HttpResponseBase | None:
    """The answer for a caller without the permission; None where the view may run."""
    if to in (ANYONE, VISITOR):
        return None
    if user is None or not user.is_authenticated:
        if wants_json(request):
            return JsonResponse({"t": "error", "code": "signed_out", "text": ""}, status=401)
        return redirect(f"{resolve_url('accounts:sign_in')}?{urlencode(_way_back(request))}")
    if to != SIGNED_IN and to not in user.role.permissions:
        if wants_json(request):
            return refusal_response(Forbidden())
        raise PermissionDenied
    return None
