"""Service accounts as a level of settings."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings.levels import LevelSpec, register_level
from channels_app.models import ServiceAccount
from channels_app.reception.places import account_place
from channels_app.service_accounts.queries import account
from channels_app.service_accounts.tabs import page_context
from core.settings.levels import Level, Place
from core.web.request import TenantRequest


def _context(request: TenantRequest, place: Place) -> Mapping[str, Any]:
    may = request.user.actor().may(Permission.MANAGE_CHANNELS)
    return page_context(request, account(place.public_id)) if may else {}


register_level(
    LevelSpec(
        Level.SERVICE_ACCOUNT,
        _("Service account"),
        rows=lambda: ServiceAccount.objects.order_by("pk"),
        place_of=account_place,
        folder="service-accounts",
        context=_context,
    )
)
