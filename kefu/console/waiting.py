"""Counts of waiting customers beside the navigation's items; `js/console/waiting.js` polls them while the page is
visible."""

from collections.abc import Collection, Mapping

from django.http import HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.permissions import Permission
from conversations.lifecycle.queries import waiting_for
from core.web.request import TenantRequest

DESK, MONITOR = "workbench:desk", "stats:monitor"
AT_THE_DESK = {Permission.DESK, Permission.TAKE}


def numbers(agent_id: int, permissions: Collection[str]) -> Mapping[str, int]:
    """Item of the navigation → number of waiting customers: at the desk those whom the agent may accept, at the monitor
    all of them, 0 where the desk's number already says so."""
    at_the_desk, at_the_monitor = set(permissions) >= AT_THE_DESK, Permission.MONITOR in permissions
    if not (at_the_desk or at_the_monitor):
        return {}
    found = waiting_for(agent_id)
    own = {DESK: found.own} if at_the_desk else {}
    others = found.all > own.get(DESK, 0)
    return own | ({MONITOR: found.all if others else 0} if at_the_monitor else {})


@never_cache
@require_GET
def waiting(request: TenantRequest) -> HttpResponseBase:
    """The counts as JSON, for an open page."""
    return JsonResponse(numbers(request.user.pk, request.user.role.permissions))
