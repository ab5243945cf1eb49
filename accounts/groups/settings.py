"""Groups as places of settings."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.agents.queries import group
from accounts.groups.tabs import page_context
from accounts.models import Group
from accounts.permissions import Permission
from accounts.settings.levels import LevelSpec, register_level
from accounts.settings.places import group_place
from core.settings.levels import Level, Place
from core.web.request import TenantRequest


def _context(request: TenantRequest, place: Place) -> Mapping[str, Any]:
    may = request.user.actor().may(Permission.MANAGE_TEAM)
    return page_context(request, group(place.public_id)) if may else {}


register_level(
    LevelSpec(
        Level.GROUP,
        _("Agent group"),
        rows=Group.objects.all,
        place_of=group_place,
        folder="groups",
        context=_context,
    )
)
