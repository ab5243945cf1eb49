"""Addresses with their permission beside them. `tests/house/` walks all of them and fails on one without."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

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
    """`<id:…>` in addresses."""

    regex = PUBLIC_ID

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PublicIdConverter, "id")
View = Callable[..., Any]
ANYONE = "anyone"  # no sign-in: public pages
VISITOR = "visitor"  # the view itself checks the visitor's token
SIGNED_IN = "signed in"


def route(pattern: str, view: View, *, to: str, name: str, takes: int = LARGEST_BODY) -> URLPattern:
    """A Django path whose view lets in only `to`: a permission, or one of the words above.

    What is sent to it has `takes` bytes at most; `kefu/serving/daphne.py` reads no more.
    """
    opened = door(view, to)
    opened.takes = takes  # type: ignore[attr-defined]
    return path(pattern, opened, name=name)


def door(view: View, to: str) -> View:
    """The view behind its permission. Refusals that it raises become answers."""
    if iscoroutinefunction(view):

        @wraps(view)
        async def async_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = await request.auser() if to not in (ANYONE, VISITOR) else None
            return _turned_away(request, user, to) or await view(request, *args, **kwargs)

        opened: View = async_door
    else:

        @wraps(view)
        def sync_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = getattr(request, "user", None)
            try:
                with _time_of(user):
                    return _turned_away(request, user, to) or view(request, *args, **kwargs)
            except Refusal as refusal:
                if wants_json(request):
                    return refusal_response(refusal)
                raise page_error(refusal) from refusal

        opened = sync_door
    opened.permission = to  # type: ignore[attr-defined]
    return opened


def _time_of(user: Any) -> AbstractContextManager[object]:
    """The time zone of the reader's tenant: pages show its times, forms read them."""
    tenant = getattr(user, "tenant", None)
    return timezone.override(tenant.time_zone) if tenant is not None else nullcontext()


def page_error(refusal: Refusal) -> Exception:
    """What Django's error pages know a refusal as."""
    return Http404() if isinstance(refusal, NotFound) else PermissionDenied()


def lets_in(address: str, permissions: Collection[str]) -> bool:
    """Whether the door at that address opens to somebody with these permissions; where there is none, it does."""
    try:
        to = getattr(resolve(urlsplit(address).path).func, "permission", ANYONE)
    except Resolver404:
        return True
    return to in (ANYONE, VISITOR, SIGNED_IN) or to in permissions


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is one of our scripts."""
    return request.path.startswith("/api/")


def refusal_response(refusal: Refusal) -> JsonResponse:
    """A refusal as the body that docs/protocol.md describes."""
    content = {"t": "refused", "code": refusal.code, "text": str(refusal), "retry": refusal.retry}
    return JsonResponse(content, status=refusal.status)


def _way_back(request: HttpRequest) -> dict[str, str]:
    """Where the sign-in leads, and why: a session that was there has ended. What was sent is lost, and is told so; its
    page is the one that sent it, as many addresses only take and never show."""
    if request.method != "POST":
        ended = {"ended": "1"} if settings.SESSION_COOKIE_NAME in request.COOKIES else {}
        return {"next": request.get_full_path(), **ended}
    sender = urlsplit(request.headers.get("Referer", ""))
    ours = sender.netloc == request.get_host() and sender.path
    page = urlunsplit(("", "", sender.path, sender.query, "")) if ours else request.get_full_path()
    return {"next": page, "unsaved": "1"}


def _turned_away(request: HttpRequest, user: Any, to: str) -> HttpResponseBase | None:
    """The answer for somebody who may not pass; None for who may."""
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
