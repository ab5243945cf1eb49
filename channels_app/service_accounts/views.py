"""Console pages of service accounts, and their pictures, which are public."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit.exporting import export_of
from channels_app.models import ServiceAccount
from channels_app.service_accounts import actions, avatars, queries
from channels_app.service_accounts.actions import AccountHasHistory, AccountInUse, LastAccount
from channels_app.service_accounts.forms import AccountForm
from channels_app.service_accounts.subject import SERVICE_ACCOUNT
from channels_app.service_accounts.tabs import page_context
from core.console.subject import delete_of, edit_of, list_of, new_of
from core.files.store import PICTURE_POLICY
from core.rows import one_or_404
from core.tenancy.scope import tenant_scope, unscoped
from core.web.request import TenantRequest


@require_GET
def accounts(request: TenantRequest) -> HttpResponseBase:
    """The list of service accounts."""
    context = {"unserved": queries.accounts_without_service(), "by_hand": queries.accounts_by_hand_only()}
    return list_of(SERVICE_ACCOUNT, request, context=context)


@require_POST
def accounts_export(request: TenantRequest) -> HttpResponseBase:
    """The list as an Excel file."""
    return export_of(SERVICE_ACCOUNT, request)


@require_http_methods(["GET", "POST"])
def account_new(request: TenantRequest) -> HttpResponseBase:
    """The page of a new service account."""
    return new_of(SERVICE_ACCOUNT, request, form=AccountForm, add=actions.add_account)


@require_http_methods(["GET", "POST"])
def account(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The page of one service account."""
    return edit_of(
        SERVICE_ACCOUNT,
        request,
        public_id,
        form=AccountForm.of,
        change=actions.change_account,
        context=lambda found: page_context(request, found),
    )


@require_http_methods(["GET", "POST"])
def account_delete(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """Asks, or says why not; then deletes."""
    delete = actions.delete_account
    return delete_of(SERVICE_ACCOUNT, request, public_id, delete=delete, question=_question, stays=True)


def _question(found: ServiceAccount) -> dict[str, Any]:
    try:
        actions.require_unused(found)
    except (AccountInUse, LastAccount, AccountHasHistory) as refusal:
        return {"text": str(refusal), "submit": ""}
    return {"text": _("The service account and its picture are removed. This cannot be undone.")}


@require_GET
def face(request: HttpRequest, public_id: str, name: str) -> HttpResponseBase:
    """The present picture of a service account; cacheable for ever, since another picture has another address."""
    with unscoped(reason="the account's public id says which tenant"):
        found = one_or_404(ServiceAccount.objects.filter(public_id=public_id, avatar=request.path))
    with tenant_scope(found.tenant_id):
        file, media_type = avatars.opened(found.avatar, tenant_id=found.tenant_id)
    response = FileResponse(file, content_type=media_type)
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
