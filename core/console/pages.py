"""Responses of console pages, whole or as htmx fragments."""

import re
from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from core.console import flash
from core.console.flash import Level
from core.tenancy.models import PUBLIC_ID
from core.web.request import TenantRequest


def safe_next(request: TenantRequest, default: str) -> str:
    """The `next` of the request if it is a path of ours, otherwise the default."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted.startswith("/") and ours else default


def ticked(request: TenantRequest) -> list[str]:
    """The public ids of the ticked rows, as sent; invalid ones match no row."""
    return [each for each in request.POST.getlist("rows") if re.fullmatch(PUBLIC_ID, each)]


class SeeOther(HttpResponseRedirect):
    """A 303 redirect, which is fetched by GET."""

    status_code = 303


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx swaps the answer into a page; when it restores the history it needs the whole page."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-Boosted") != "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    fragment: str = "",
    status: int = 200,
) -> HttpResponse:
    """`template` with the flash message; for htmx only `fragment`, if given."""
    alone = bool(fragment) and wants_fragment(request)
    message = None if alone else flash.read(request)
    content = {**(context or {}), "flash": message, "fragment_alone": alone}
    response = render(request, fragment if alone else template, content, status=status)
    if message:
        flash.clear(response)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    add_never_cache_headers(response)
    return response


def form_page(
    request: HttpRequest,
    template: str,
    form: BaseForm,
    context: Mapping[str, Any] | None = None,
    *,
    fragment: str = "",
) -> HttpResponse:
    """A page (or fragment) with a form: 200 when shown, 422 with errors."""
    content = {**(context or {}), "form": form}
    return page(request, template, content, fragment=fragment, status=422 if form.errors else 200)


def done(request: HttpRequest, to: str, text: str | Promise = "", level: Level = "ok") -> HttpResponse:
    """After a success: a redirect to `to` (an address or URL name), which shows `text`."""
    address = resolve_url(to)
    response = HttpResponseClientRedirect(address) if wants_fragment(request) else SeeOther(address)
    if text:
        flash.put(response, text, level)
    return response


def with_toast(response: HttpResponse, text: str | Promise, level: Level = "ok") -> HttpResponse:
    """The fragment, with a toast on the open page."""
    toasted: HttpResponse = trigger_client_event(response, "kefu:toast", {"text": str(text), "level": level})
    return toasted
