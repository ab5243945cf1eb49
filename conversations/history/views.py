"""The history: a list of conversations, and a page to read one."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.audit.exporting import export_of
from conversations.history import queries
from conversations.history.access_log import record_view
from conversations.history.subject import CONVERSATION
from conversations.models import Conversation
from conversations.timeline.entries import agents_named, entries
from core.actors import Actor
from core.console.pages import page
from core.console.subject import list_of
from core.web.request import TenantRequest

LONGEST_NUMBER = 6


def zone_of(request: TenantRequest) -> ZoneInfo:
    """The tenant's time zone."""
    return ZoneInfo(request.user.tenant.time_zone)


@require_GET
def conversations(request: TenantRequest) -> HttpResponseBase:
    """Every conversation that the reader may see, narrowed by what stands in the address."""
    return list_of(CONVERSATION, request)


@require_POST
def conversations_export(request: TenantRequest) -> HttpResponseBase:
    """The same conversations as an Excel file; that somebody took them away stands in the audit log."""
    return export_of(CONVERSATION, request)


@require_GET
def conversation(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """One conversation, read only. Reading somebody else's leaves an audit entry."""
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
        "breadcrumbs": CONVERSATION.crumbs(found.customer.name),
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
