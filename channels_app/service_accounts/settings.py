"""Service accounts as places of settings."""

from django.utils.translation import gettext_lazy as _

from accounts.settings.levels import LevelSpec, register_level
from channels_app.models import ServiceAccount
from channels_app.reception.places import account_place
from core.settings.levels import Level

register_level(
    LevelSpec(
        Level.SERVICE_ACCOUNT,
        _("Service account"),
        rows=lambda: ServiceAccount.objects.order_by("pk"),
        place_of=account_place,
    )
)
