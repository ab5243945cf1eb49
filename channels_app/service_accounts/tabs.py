"""Context of all pages of a service account: breadcrumbs, tabs, warnings that nobody serves it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from channels_app.models import ServiceAccount
from channels_app.service_accounts import queries
from channels_app.service_accounts.subject import SERVICE_ACCOUNT
from core.console import subject
from core.console.ordering import AlphabeticalOrder
from core.web.request import TenantRequest


def page_context(request: TenantRequest, found: ServiceAccount) -> dict[str, Any]:
    """The template context."""
    pages = [
        (_("General"), reverse("channels:account", args=[found.public_id])),
        (_("Welcome and hours"), reverse("accounts:settings", args=["service_account", found.public_id])),
    ]
    return {
        **subject.page_context(SERVICE_ACCOUNT, found),
        "unserved": found.pk in queries.accounts_without_service(),
        "channels_named": _(", ").join(
            found.channels.order_by(AlphabeticalOrder("name")).values_list("name", flat=True)
        ),
        "lead": "channels_app/service_accounts/_lead.html",
        "tabs": [(name, address, address == request.path) for name, address in pages],
        "tabs_name": _("Pages of the service account"),
    }
