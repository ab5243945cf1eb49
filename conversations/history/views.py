"""Looking back: the list of conversations, and one of them to read."""

from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from conversations.history import queries
from conversations.history.access_log import record_view
from conversations.history.filters import HistoryFilter
from conversations.models import Conversation
from conversations.timeline.entries import agents_named, entries
from core.actors import Actor
from core.console.listing import Listing, list_page
from core.console.pages import page
from core.days import today
from core.web.request import TenantRequest

SORTS: dict[str, tuple[Any, ...]] = {
    "opened": ("opened_at",),
    "duration": (queries.between("opened_at", "ended_at").asc(nulls_last=True),),
    "first_response": (queries.between("asked_at", "first_response_at").asc(nulls_last=True),),
}
LONGEST_NUMBER = 6


def zone_of(request: TenantRequest) -> ZoneInfo:
    """The tenant's time zone."""
    return ZoneInfo(request.user.tenant.time_zone)


@require_GET
def conversations(request: TenantRequest) -> HttpResponseBase:
    """Every conversation that the reader may see, narrowed by what stands in the address."""
    context = {"zone": zone_of(request).key, "all_times": reverse("conversations:history") + "?from=&to="}
    listing = listed(request)
    return list_page(request, listing, "conversations/history/list.html", "conversations/history/_list.html", context)


def listed(request: TenantRequest) -> Listing[Conversation]:
    """The list at an address."""
    actor = request.user.actor()
    return Listing(
        request,
        rows=queries.seen_by(actor),
        columns=partial(queries.with_columns, notes=queries.sees_notes(actor)),
        filters=partial(HistoryFilter, reader=actor, today=today(zone_of(request))),
        sorts=SORTS,
        default="-opened",
    )


@require_GET
def conversation(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """One conversation, read only. Reading somebody else's leaves an entry in the audit log."""
    actor = request.user.actor()
    found = queries.conversation_for(actor, public_id)
    record_view(actor=actor, conversation_id=found.pk, customer_name=found.customer.name)
    number = _page_number(request.GET.get("page", ""), queries.pages_of(found))
    context = {
        "conversation": found,
        "entries": _entries(found, number, actor, zone_of(request)),
        "facts": _details(found),
        "hand_overs": list(queries.hand_overs().filter(conversation_id=found.pk).values("holder", "at")),
        "others": queries.others_of(found, actor),
        "number": number,
        "pages": queries.pages_of(found),
        "breadcrumbs": [(_("History"), reverse("conversations:history")), (found.customer.name, "")],
    }
    return page(request, "conversations/history/conversation.html", context)


def _page_number(wanted: str, most: int) -> int:
    number = int(wanted) if wanted.isdecimal() and len(wanted) <= LONGEST_NUMBER else 1
    return min(max(number, 1), most)


def _entries(found: Conversation, number: int, actor: Actor, zone: ZoneInfo) -> list[Any]:
    messages, lines = queries.thread(found, number, notes=queries.sees_notes(actor))
    names = queries.names_of(agents_named(lines))
    return entries(messages, lines, zone=zone, names=names, originals=queries.sees_originals(actor))


def _details(found: Conversation) -> list[tuple[str, datetime | None]]:
    return [
        (_("Opened"), found.opened_at),
        (_("Assigned last"), found.assigned_at),
        (_("First answer"), found.first_response_at),
        (_("Last message at"), found.last_message_at),
        (_("Ended at"), found.ended_at),
    ]
