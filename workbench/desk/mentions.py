"""Mentions in private notes: whom one may name, and the notes that name oneself."""

from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from conversations.messages.mentions import readers_of
from core.web.request import TenantRequest
from workbench.desk.views import desk_of


@require_GET
@never_cache
def mentions(request: TenantRequest) -> JsonResponse:
    """The notes that name the agent, as the desk's state has them."""
    return JsonResponse(desk_of(request).mentions())


@require_GET
@never_cache
def readers(request: TenantRequest, public_id: str) -> JsonResponse:
    """The colleagues whom a note of the conversation may name: those who may read it."""
    desk = desk_of(request)
    row = desk.visible_row(public_id)
    found = readers_of(row, but=desk.agent_id)
    return JsonResponse(
        {"readers": [{name: each[name] for name in ("id", "name", "number", "status")} for each in found]}
    )
