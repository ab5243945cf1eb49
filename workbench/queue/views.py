"""What the desk asks about those who wait, while its list of them is open."""

from django.http import HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import Group
from core.web.request import TenantRequest
from routing.queue.waiting import waiting_for
from workbench.desk.views import desk_of


@require_GET
@never_cache
def waiting(request: TenantRequest) -> HttpResponseBase:
    """Details of those whom the agent may accept, and the names of the groups in them (docs/protocol.md)."""
    found = waiting_for(desk_of(request).accounts)
    named = {each for one in found for each in one["groups"]}
    groups = {group.pk: {"id": group.public_id, "name": group.name} for group in Group.objects.filter(pk__in=named)}
    shown = [one | {"groups": [groups[each]["id"] for each in one["groups"]]} for one in found]
    return JsonResponse({"waiting": shown, "groups": sorted(groups.values(), key=lambda group: group["name"])})
