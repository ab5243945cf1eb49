"""The search of the desk, as its script asks for it (docs/protocol.md, "Search")."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from conversations.search import queries
from conversations.search.queries import Hits, Place, Reader
from conversations.search.rules import MAX_LENGTH, Query, marked, snippet
from conversations.timeline.wire import agent_row
from core.live.wire import milliseconds
from core.web import throttle
from core.web.request import TenantRequest
from workbench.agent import AgentClient
from workbench.desk.views import desk_of

RATE = "120/minute"
SHOWN = 3  # messages of one conversation


@require_GET
@never_cache
def search(request: TenantRequest) -> HttpResponseBase:
    """Contacts, conversations and messages that contain the words `q`; with `after`, the next page of messages
    alone."""
    throttle.count(RATE, "search", str(request.user.tenant_id), f"agent-{request.user.pk}")
    desk, words = desk_of(request), request.GET.get("q", "")[:MAX_LENGTH].replace("\0", " ").strip()
    reader, query = Reader(desk.agent, desk.accounts), Query.parse(words)
    after = Place.parse(request.GET.get("after", ""))
    found, further = queries.message_hits(query, reader, after=after)
    answer = {"messages": [_hits(each, query, desk) for each in found], "next": str(further) if further else None}
    return JsonResponse(answer if after else answer | _people(words, query, reader, desk))


def _people(words: str, query: Query, reader: Reader, desk: AgentClient) -> dict[str, Any]:
    known = queries.contacts(query, reader)
    rows = queries.conversations_of([each["id"] for each in known], words, reader)
    latest: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        latest.setdefault(row["customer_id"], row)
    return {
        "contacts": [_contact(each, latest[each["id"]], query, desk) for each in known if each["id"] in latest],
        "conversations": [_conversation(row, query, desk) for row in rows],
    }


def _contact(customer: Mapping[str, Any], row: Mapping[str, Any], query: Query, desk: AgentClient) -> dict[str, Any]:
    """A customer with the latest conversation that the reader may open. `detail` is what else of them has a hit."""
    first, *others = customer["words"].split("\n")
    detail = next((line for line in others if len(marked(line, query)) > 1), "")
    return {
        "id": customer["public_id"],
        "name": marked(first, query),
        "detail": snippet(detail, query) if detail else [],
        "at": milliseconds(customer["last_seen_at"]),
        "row": agent_row(row, me=desk.agent_id),
    }


def _conversation(row: Mapping[str, Any], query: Query, desk: AgentClient) -> dict[str, Any]:
    return {
        "name": marked(row["customer_name"], query),
        "channel": marked(row["channel_name"], query),
        "row": agent_row(row, me=desk.agent_id),
    }


def _hits(hits: Hits, query: Query, desk: AgentClient) -> dict[str, Any]:
    return {
        "row": agent_row(hits.row, me=desk.agent_id),
        "hits": hits.number,
        "found": [_message(each, query) for each in hits.messages[:SHOWN]],
    }


def _message(row: Mapping[str, Any], query: Query) -> dict[str, Any]:
    return {
        "n": row["n"],
        "at": milliseconds(row["created_at"]),
        "from": row["author_kind"],
        "name": row["author_name"],
        "note": row["note"],
        "text": snippet(row["text"], query),
    }
