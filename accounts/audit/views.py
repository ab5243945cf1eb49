"""The audit log, to be searched and taken away."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Case
from django.http import HttpResponseBase
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import exporting, exports
from accounts.audit.exporting import export_with_audit
from accounts.audit.filters import AuditFilter
from accounts.audit.kinds import Text, action_label, actions, addresses_of, changes_of, kind_label, kinds, object_text
from accounts.models import AuditEntry
from accounts.permissions import Permission
from core.console.listing import Listing, list_page
from core.console.ordering import AlphabeticalOrder, alphabetical_key, in_listed_order
from core.web.request import TenantRequest


def sorts() -> dict[str, tuple[Any, ...]]:
    """Actions and kinds by what the reader calls them."""
    return {
        "at": ("at",),
        "who": (AlphabeticalOrder("actor_name"), "-at"),
        "action": (_by_label("action", actions()), "-at"),
        "object": (
            _by_label("object_kind", {kind.name: kind.label for kind in kinds()}),
            AlphabeticalOrder("object_name"),
            "-at",
        ),
    }


def _by_label(name: str, labels: Mapping[str, Text]) -> Case:
    return in_listed_order(name, sorted(labels, key=lambda each: alphabetical_key(str(labels[each]))))


def listing_of(request: TenantRequest) -> Listing[AuditEntry]:
    """The entries that the address means."""
    return Listing(request, rows=AuditEntry.objects.all(), filters=AuditFilter, sorts=sorts(), default="-at")


@require_GET
def audit_page(request: TenantRequest) -> HttpResponseBase:
    """Who changed what, when, from where."""
    listing = listing_of(request)
    addresses = addresses_of(listing.page.object_list, request.user.role.permissions)
    rows = [
        {
            "entry": entry,
            "who": exports.actor_text(entry),
            "action": action_label(entry.action),
            "object": object_text(entry),
            "kind": kind_label(entry.object_kind),
            "address": addresses.get((entry.object_kind, entry.object_id)),
            "changes": changes_of(entry),
        }
        for entry in listing.page.object_list
    ]
    return list_page(request, listing, "accounts/audit/list.html", "accounts/audit/_list.html", {"rows": rows})


@require_POST
def audit_export(request: TenantRequest) -> HttpResponseBase:
    """The same entries as an Excel file; taking them away is an entry too."""
    listing = listing_of(request)
    return export_with_audit(
        actor=request.user.actor(),
        needs=(Permission.AUDIT,),
        file=lambda: exports.audit_file(listing),
        action="audit.exported",
        kind="audit",
        details=exporting.filter_details(listing),
    )
