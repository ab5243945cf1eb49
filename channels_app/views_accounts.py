"""Console pages of service accounts, and their pictures, which are public."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.stale import up_to_date
from channels_app import avatars, queries, service_accounts
from channels_app.avatars import AvatarMisshapen, AvatarRefused, AvatarTooLarge
from channels_app.forms import AccountForm
from channels_app.models import ServiceAccount
from channels_app.service_accounts import (
    AccountHasHistory,
    AccountInUse,
    LastAccount,
    NameTaken,
    NobodyServes,
    Stale,
)
from channels_app.stale import differences
from core.errors import NotFound
from core.listing import Listing, list_page
from core.pages import done, form_page, page
from core.scope import tenant_scope, unscoped
from core.web import TenantRequest

BAD_AVATAR = (AvatarTooLarge, AvatarRefused, AvatarMisshapen)
IN_THE_WAY = (AccountInUse, LastAccount, AccountHasHistory)


@require_GET
def accounts(request: TenantRequest) -> HttpResponseBase:
    """The faces that customers see."""
    listing: Listing[ServiceAccount] = Listing(
        request, rows=queries.accounts_in_console(), sorts={"name": ("name",)}, default="name"
    )
    return list_page(request, listing, "channels/accounts.html", "channels/_accounts_list.html")


@require_http_methods(["GET", "POST"])
def account_new(request: TenantRequest) -> HttpResponseBase:
    """One more."""
    form = AccountForm(request.POST, request.FILES) if request.method == "POST" else AccountForm(initial=_usual())
    if form.is_bound and form.is_valid():
        try:
            service_accounts.add_account(actor=request.user.actor(), **_values(form))
            return done(request, "channels:accounts", _("Saved."))
        except (NameTaken, NobodyServes, *BAD_AVATAR) as refusal:
            _blame(form, refusal)
    return form_page(request, "channels/account.html", form, {"breadcrumbs": _crumbs(_("New service account"))})


def _usual() -> dict[str, Any]:
    return {"show_agent_name": True}


@require_http_methods(["GET", "POST"])
def account(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """One, to be changed."""
    found = queries.account(public_id)
    context = {"account": found, "breadcrumbs": _crumbs(found.name)}
    has_avatar = bool(found.avatar)
    if request.method == "GET":
        form = AccountForm(initial=_facts(found), has_avatar=has_avatar)
        return form_page(request, "channels/account.html", form, context)
    form = AccountForm(request.POST, request.FILES, has_avatar=has_avatar)
    if form.is_valid():
        try:
            values = _values(form) | {"version": form.cleaned_data["version"] or 0}
            service_accounts.change_account(actor=request.user.actor(), account=public_id, **values)
            return done(request, "channels:accounts", _("Saved."))
        except (NameTaken, NobodyServes, *BAD_AVATAR) as refusal:
            _blame(form, refusal)
        except Stale:
            return _stale(request, queries.account(public_id), form, context)
    return form_page(request, "channels/account.html", form, context)


def _stale(
    request: TenantRequest, found: ServiceAccount, form: AccountForm, context: dict[str, Any]
) -> HttpResponseBase:
    """What is there now beside what was sent; nothing was saved."""
    stale = differences(form, _facts(found), kind=service_accounts.KIND, object_id=found.pk)
    again = AccountForm(up_to_date(request.POST, found.version), has_avatar=bool(found.avatar))
    again.is_valid()
    content = context | {"account": found, "form": again, "stale": stale}
    return page(request, "channels/account.html", content, status=Stale.status)


def _facts(account: ServiceAccount) -> dict[str, Any]:
    return {
        "name": account.name,
        "groups": [group.public_id for group in queries.groups_behind(account)],
        "show_agent_name": account.show_agent_name,
        "version": account.version,
    }


def _values(form: AccountForm) -> dict[str, Any]:
    """What the form gives an action; nothing chosen is no picture."""
    values = {**form.cleaned_data, "avatar": form.cleaned_data["avatar"] or None}
    del values["version"]
    return values


def _blame(form: AccountForm, refusal: Exception) -> None:
    """Say it beside the field that it is about."""
    field = "name" if isinstance(refusal, NameTaken) else "groups" if isinstance(refusal, NobodyServes) else "avatar"
    form.add_error(field, str(refusal))
    if field != "avatar" and form.cleaned_data.get("avatar"):
        form.add_error("avatar", _("Please choose the picture again."))


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [(_("Service accounts"), reverse("channels:accounts")), (last, "")]


@require_http_methods(["GET", "POST"])
def account_delete(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The question, and why it may not be."""
    found = queries.account(public_id)
    refused = ""
    try:
        if request.method == "POST":
            service_accounts.delete_account(actor=request.user.actor(), account=public_id)
            return done(request, "channels:accounts", _("%(name)s was deleted.") % {"name": found.name})
        service_accounts.need_unused(found)
    except IN_THE_WAY as refusal:
        refused = str(refusal)
    context = {
        "heading": _("Delete %(name)s?") % {"name": found.name},
        "text": refused or _("The service account and its picture are removed. This cannot be undone."),
        "action": request.path,
        "submit": "" if refused else _("Delete"),
        "back": reverse("channels:account", args=[public_id]),
    }
    status = 422 if refused and request.method == "POST" else 200
    return page(request, "console/confirm.html", context, fragment="parts/_confirm.html", status=status)


@require_GET
def face(request: HttpRequest, public_id: str, name: str) -> HttpResponseBase:
    """The picture of a service account: the one that it has now, kept by browsers as long as they like."""
    with unscoped(reason="the account's public id says which tenant"):
        found = ServiceAccount.objects.filter(public_id=public_id, avatar=request.path).first()
    if found is None:
        raise NotFound
    with tenant_scope(found.tenant_id):
        file, media_type = avatars.opened(found.avatar, tenant_id=found.tenant_id)
    response = FileResponse(file, content_type=media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
