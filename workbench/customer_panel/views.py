"""The customer panel of the desk."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.permissions import Permission
from channels_app.origins import origin_of
from conversations.lifecycle.queries import customer_of, earlier_conversations
from core.web.request import TenantRequest
from customers.models import Customer
from customers.profiles.queries import hidden_fields
from customers.profiles.rules import hue_of
from customers.tags.queries import all_tags, tags_of
from customers.visits.device import device_of
from customers.visits.language import own_name
from customers.visits.queries import trail_of
from workbench.customer_panel.fields import fields_of
from workbench.desk.thread import readable_row
from workbench.desk.views import desk_of

FACTS = ("phone", "email", "gender", "region", "note")


@require_GET
@never_cache
def customer(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The fragment beside the thread."""
    reader = desk_of(request)
    row = readable_row(reader, public_id)
    person = customer_of(row["conversation_id"])
    hidden = hidden_fields(person.pk, reader=reader.agent)
    fields = fields_of(person, hidden)
    edits = reader.agent.may(Permission.EDIT_CUSTOMERS) and reader.may_see(row)
    context = {
        "conversation": row,
        "customer": person,
        "hue": hue_of(person.public_id),
        "edits": edits,
        "reveals": reader.agent.may(Permission.REVEAL_CONTACTS) and reader.may_see(row),
        "remark": fields["remark"],
        "facts": [fields[name] for name in FACTS],
        "tags": tags_of(person.pk),
        "offered": all_tags() if edits else (),
        "visit": _visit_of(person),
        "trail": trail_of(person.pk),
        "earlier": earlier_conversations(
            row["conversation_id"], person.pk, reader=reader.agent, serves=reader.has_at_desk(row)
        ),
    }
    return render(request, "workbench/customer_panel/_customer.html", context)


def _visit_of(person: Customer) -> dict[str, Any]:
    """What the browser reported."""
    return {
        "language": own_name(person.locale),
        "page_host": origin_of(person.page_url) or "",
        "device": device_of(person.user_agent),
    }
