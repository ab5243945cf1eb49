"""The audit log's page and export."""

from django.http import HttpResponseBase
from django.views.decorators.http import require_GET, require_POST

from accounts.audit.exporting import export_of
from accounts.audit.subject import AUDIT
from core.console.subject import list_of
from core.web.request import TenantRequest


@require_GET
def entries(request: TenantRequest) -> HttpResponseBase:
    """Who changed what, when, from where."""
    return list_of(AUDIT, request)


@require_POST
def entries_export(request: TenantRequest) -> HttpResponseBase:
    """The same entries as an Excel file; taking them away is an entry too."""
    return export_of(AUDIT, request)
