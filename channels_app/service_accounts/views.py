"""Console pages of service accounts, and their pictures, which are public."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.audit.queries import last_change
from channels_app.models import ServiceAccount
from channels_app.service_accounts import actions, avatars, queries
from channels_app.service_accounts.actions import AccountHasHistory, AccountInUse, LastAccount
from channels_app.service_accounts.forms import AccountForm
from channels_app.service_accounts.frame import crumbs, page_context
from core.console.editing import edit_page, new_page
from core.console.listing import Listing, list_page
from core.console.ordering import Spoken
from core.console.pages import done, page
from core.files.store import PICTURE_POLICY
from core.rows import one_or_404
from core.tenancy.scope import tenant_scope, unscoped
from core.web.request import TenantRequest

IN_THE_WAY = (AccountInUse, LastAccount, AccountHasHistory)


@require_GET
def accounts(request: TenantRequest) -> HttpResponseBase:
    """The faces that customers see."""
    listing: Listing[ServiceAccount] = Listing(
        request, rows=queries.accounts_in_console(), sorts={"name": (Spoken("name"),)}, default="name"
    )
    context = {"unserved": queries.accounts_without_service(), "by_hand": queries.accounts_by_hand_only()}
    return list_page(
        request, listing, "channels_app/service_accounts/list.html", "channels_app/service_accounts/_list.html", context
    )


@require_http_methods(["GET", "POST"])
def account_new(request: TenantRequest) -> HttpResponseBase:
    """One more."""

    def save(form: AccountForm) -> HttpResponseBase:
        actions.add_account(actor=request.user.actor(), **_values(form))
        return done(request, "channels:accounts", _("Saved."))

    return new_page(
        request,
        "channels_app/service_accounts/form.html",
        form=lambda data: AccountForm(data, None if data is None else request.FILES, initial={"show_agent_name": True}),
        save=save,
        context={"breadcrumbs": crumbs(_("New service account"))},
    )


@require_http_methods(["GET", "POST"])
def account(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """One, to be changed."""

    def form(found: ServiceAccount, data: QueryDict | None) -> AccountForm:
        files = None if data is None else request.FILES
        return AccountForm(data, files, initial=_initial(found), has_avatar=bool(found.avatar))

    def save(found: ServiceAccount, form: AccountForm) -> HttpResponseBase:
        actor = request.user.actor()
        actions.change_account(actor=actor, account=public_id, version=form.seen, **_values(form))
        return done(request, "channels:accounts", _("Saved."))

    return edit_page(
        request,
        "channels_app/service_accounts/form.html",
        load=lambda: queries.account(public_id),
        form=form,
        context=lambda found, form: page_context(request, found),
        save=save,
        change=lambda found: last_change(actions.KIND, found.pk),
    )


def _initial(account: ServiceAccount) -> dict[str, Any]:
    return {
        "name": account.name,
        "groups": [group.public_id for group in queries.groups_behind(account)],
        "show_agent_name": account.show_agent_name,
        "version": account.version,
    }


def _values(form: AccountForm) -> dict[str, Any]:
    """What the form gives an action; nothing chosen is no picture."""
    return form.said | {"avatar": form.cleaned_data["avatar"] or None}


@require_http_methods(["GET", "POST"])
def account_delete(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The question, and why it may not be."""
    found = queries.account(public_id)
    refused = ""
    try:
        if request.method == "POST":
            actions.delete_account(actor=request.user.actor(), account=public_id)
            return done(request, "channels:accounts", _("%(name)s was deleted.") % {"name": found.name})
        actions.need_unused(found)
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
        found = one_or_404(ServiceAccount.objects.filter(public_id=public_id, avatar=request.path))
    with tenant_scope(found.tenant_id):
        file, media_type = avatars.opened(found.avatar, tenant_id=found.tenant_id)
    response = FileResponse(file, content_type=media_type)
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
