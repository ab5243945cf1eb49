"""How many customers wait, beside the rail's items; `js/console/waiting.js` asks again while somebody looks."""

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
    """Item of the rail → how many wait there. At the desk those whom one may accept; at the monitor all of them, where
    these are more: one customer is not told of twice."""
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
    """The same for the page that is open."""
    return JsonResponse(numbers(request.user.pk, request.user.role.permissions))
