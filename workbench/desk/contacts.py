"""The lists of the desk that are asked for when they are opened: recent and starred customers, colleagues' groups."""

from typing import Any

from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.agents.queries import at_desks, groups_at_desks
from channels_app.channels.queries import groups_with_channels
from conversations.contacts import queries
from conversations.contacts.queries import Contact, Page
from conversations.states import State
from conversations.timeline.wire import agent_row
from core.rows import valid_id
from core.web.request import TenantRequest
from customers.stars.queries import starred_by
from workbench.agent import AgentClient
from workbench.desk.views import desk_of

UNTOLD = {"last": None, "note": None, "unread": 0, "handed_by": None}  # of what a colleague has by now: their words


@require_GET
@never_cache
def recent(request: TenantRequest) -> JsonResponse:
    """A page of the customers whom the agent held, the latest first."""
    reader = desk_of(request)
    return _answer(reader, queries.recent(reader.agent_id, before=_before(request)))


@require_GET
@never_cache
def starred(request: TenantRequest) -> JsonResponse:
    """A page of the customers whom the agent starred, the newest stars first."""
    reader = desk_of(request)
    return _answer(reader, queries.starred(reader.agent_id, before=_before(request)))


@require_GET
@never_cache
def stars(request: TenantRequest) -> JsonResponse:
    """Whom the agent starred, by their ids."""
    return JsonResponse({"stars": starred_by(desk_of(request).agent_id)})


@require_GET
@never_cache
def colleagues(request: TenantRequest) -> JsonResponse:
    """The groups with their agents; and the agents themselves, as colleagues see them."""
    me = request.user.public_id
    return JsonResponse({"groups": groups_at_desks(), "colleagues": [each for each in at_desks() if each["id"] != me]})


@require_GET
@never_cache
def groups(request: TenantRequest) -> JsonResponse:
    """My groups (by id), each with its name and the channels that it serves."""
    return JsonResponse({"groups": groups_with_channels(desk_of(request).agent_id)})


def _before(request: TenantRequest) -> str:
    before = request.GET.get("before", "")
    return valid_id(before) if before else ""


def _answer(reader: AgentClient, page: Page) -> JsonResponse:
    return JsonResponse({"contacts": [_contact(reader, each) for each in page.contacts], "more": page.more})


def _contact(reader: AgentClient, contact: Contact) -> dict[str, Any]:
    row = contact.row
    opens = row is not None and (reader.may_see(row) or row["state"] == State.ENDED)  # as `may_read`: held once
    return {
        "customer": {"id": contact.customer, "name": contact.name},
        "row": agent_row(row, me=reader.agent_id) | ({} if opens else UNTOLD) if row else None,
        "opens": opens,
        "writes": row is not None and row["service_account_id"] in reader.accounts,
        "open": _open(reader, contact.current) if contact.current else None,
    }


def _open(reader: AgentClient, current: dict[str, Any]) -> dict[str, Any]:
    """The conversation that goes on now; colleagues' are named, not opened."""
    return {
        "conversation": current["current"],
        "mine": current["agent_id"] == reader.agent_id,
        "agent": current["agent_name"],
    }
