"""The company's own tool panels beside a conversation: which there are, and the address of one with its context."""

from django.http import HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from channels_app.origins import origin_of
from conversations.lifecycle.queries import customer_of
from core.rows import one_or_404, valid_id
from core.web.request import TenantRequest
from customers.profiles.queries import hidden_fields
from customers.profiles.wire import contact_of
from customers.tool_panels.queries import panels_beside
from customers.tool_panels.tickets import address, claims
from workbench.desk.views import desk_of


@require_GET
@never_cache
def tools(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The panels that the agent sees beside the conversation, in order."""
    row = desk_of(request).visible_row(public_id)
    found = panels_beside(row["service_account_id"], agent_id=request.user.pk)
    shown = [
        {"id": each.public_id, "name": each.name, "height": each.height, "origin": origin_of(each.url)}
        for each in found
    ]
    return JsonResponse({"tools": shown})


@require_GET
@never_cache
def tool(request: TenantRequest, public_id: str, panel_id: str) -> HttpResponseBase:
    """The address for the frame, valid for five minutes. kefu itself never fetches it."""
    reader = desk_of(request)
    row = reader.visible_row(public_id)
    panels = panels_beside(row["service_account_id"], agent_id=reader.agent_id)
    panel = one_or_404(panels.filter(public_id=valid_id(panel_id)))
    customer = customer_of(row["conversation_id"])
    content = claims(
        panel,
        customer=customer,
        contact=contact_of(customer, hidden_fields(customer.pk, reader=reader.agent)),
        agent=reader.agent,
        agent_id=reader.public_id,
        conversation=row["conversation"],
    )
    return JsonResponse({"url": address(panel, content)})
