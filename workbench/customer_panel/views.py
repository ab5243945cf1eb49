"""The customer panel of the desk."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from channels_app.origins import origin_of
from conversations.lifecycle.queries import customer_of, earlier_conversations
from core.web.request import TenantRequest
from customers.visits.device import device_of
from customers.visits.language import own_name
from workbench.desk.views import desk_of, visible_row


@require_GET
@never_cache
def customer(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The fragment beside the thread."""
    reader = desk_of(request)
    row = visible_row(reader, public_id)
    person = customer_of(row["conversation_id"])
    context = {
        "conversation": row,
        "customer": {
            "name": person.name,
            "first_seen_at": person.first_seen_at,
            "last_seen_at": person.last_seen_at,
            "language": own_name(person.locale),
            "timezone": person.time_zone,
            "page_url": person.page_url,
            "page_title": person.page_title,
            "page_host": origin_of(person.page_url) or "",
            "referrer": person.referrer,
            "device": device_of(person.user_agent),
            "address": person.address,
        },
        "earlier": earlier_conversations(
            row["conversation_id"], person.pk, reader=reader.agent, serves=reader.has_at_desk(row)
        ),
    }
    return render(request, "workbench/customer_panel/_customer.html", context)
