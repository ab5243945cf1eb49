"""Dialogs of saved views, which open over the list and return to it."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponseBase, QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import SavedView
from accounts.saved_views import actions, queries
from accounts.saved_views.forms import NewViewForm, ViewForm
from core.console.pages import done, form_page, page, safe_next
from core.errors import NotFound, Refusal
from core.web.request import TenantRequest

QUESTION = "parts/_confirm.html"


def _list_at(address: str) -> tuple[str, str, str]:
    """Path, URL name and query string of an address; raises `NotFound` where there is no page."""
    parts = urlsplit(address)
    try:
        name = resolve(parts.path).view_name
    except Resolver404 as missing:
        raise NotFound from missing
    return parts.path, name, f"?{QueryDict(parts.query).urlencode()}"


@require_http_methods(["GET", "POST"])
def saved_view_new(request: TenantRequest) -> HttpResponseBase:
    """Saves what the list at `next` shows."""
    path, list_name, query = _list_at(safe_next(request, ""))
    form = NewViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actor = request.user.actor()
            saved = actions.save_view(actor=actor, list_name=list_name, query=query, **form.cleaned_data)
            return done(request, path + saved.query, _("View “%(name)s” saved.") % {"name": saved.name})
        except Refusal as refusal:
            form.add_error(refusal.field or None, str(refusal))
    content = {
        "heading": _("Save view"),
        "text": _("Filter and order of the list, as they are now."),
        "submit": _("Save"),
    }
    return _question(request, form, content, back=path + query)


@require_http_methods(["GET", "POST"])
def saved_view(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """Changes name or default."""
    found = queries.view(request.user.actor(), public_id)
    back = _back(request, found)
    form = ViewForm(request.POST or None, initial={"name": found.name, "is_default": found.is_default})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_view(actor=request.user.actor(), view=public_id, **form.cleaned_data)
            return done(request, back, _("Saved."))
        except Refusal as refusal:
            form.add_error(refusal.field or None, str(refusal))
    content = {"heading": _("Edit view"), "text": "", "submit": _("Save")}
    return _question(request, form, content, back=back)


@require_http_methods(["GET", "POST"])
def saved_view_delete(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """Asks, then deletes."""
    found = queries.view(request.user.actor(), public_id)
    back, name = _back(request, found), {"name": found.name}
    if request.method == "POST":
        actions.delete_view(actor=request.user.actor(), view=public_id)
        return done(request, back, _("%(name)s was deleted.") % name)
    content = {
        "heading": _("Delete the view “%(name)s”?") % name,
        "text": _("The list and everything in it stay as they are."),
        "submit": _("Delete"),
        "action": request.get_full_path(),
        "back": back,
    }
    return page(request, "console/confirm.html", content, fragment=QUESTION)


def _back(request: TenantRequest, found: SavedView) -> str:
    """The address of the list with the view, including the id of a row in its path."""
    path, name, _query = _list_at(safe_next(request, ""))
    if name != found.list_name:
        raise NotFound
    return path + found.query


def _question(request: TenantRequest, form: ViewForm, content: dict[str, Any], *, back: str) -> HttpResponseBase:
    around = {"action": request.get_full_path(), "back": back, "danger": False}
    return form_page(request, "console/confirm.html", form, content | around, fragment=QUESTION)
