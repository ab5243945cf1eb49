"""The desk over HTTP: its page and the endpoints that its script calls."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.agents.caps import raising_of
from accounts.permissions import Permission
from conversations.messages.contents import content_marks, content_scripts, recalled_kinds, sent_kinds
from conversations.messages.uploads import attachment_object, upload
from core.files.store import uploaded_file
from core.live import http as live_http
from core.tenancy.threads import in_thread
from core.web import throttle
from core.web.headers import content_security_policy, named_host
from core.web.request import TenantRequest
from customers.tool_panels.queries import origins_for
from workbench.agent import AgentClient
from workbench.desk.texts import desk_texts
from workbench.desk.thread import thread_page

UPLOADS = "300/10 minutes"


@require_GET
@never_cache
def desk(request: TenantRequest) -> HttpResponseBase:
    """The page of the desk."""
    agent = request.user
    context: dict[str, Any] = {
        "agent": agent,
        "tenant": agent.tenant,
        "role": agent.role,
        "config": desk_config(request),
        "cap": raising_of(agent),
    }
    if Permission.MANAGE_TEAM in agent.role.permissions:
        context["groups_address"] = reverse("accounts:agent", args=[agent.public_id]) + "#id_groups"
    response = render(request, "workbench/desk/desk.html", context)
    policy = content_security_policy(socket_host=named_host(request), frames=tuple(context["config"]["origins"]))
    response.headers["Content-Security-Policy"] = policy
    return response


def desk_config(request: TenantRequest) -> dict[str, Any]:
    """The configuration that the desk's script reads."""
    return {
        "urls": {
            "state": reverse("workbench:state"),
            "queue": reverse("workbench:queue"),
            "command": reverse("workbench:command"),
            "stream": reverse("workbench:stream"),
            "poll": reverse("workbench:poll"),
            "socket": "/ws/desk/",
            "files": reverse("workbench:files"),
            "messages": reverse("workbench:messages", args=["ID"]),
            "customer": reverse("workbench:customer", args=["ID"]),
            "recent": reverse("workbench:recent"),
            "starred": reverse("workbench:starred"),
            "stars": reverse("workbench:stars"),
            "colleagues": reverse("workbench:colleagues"),
            "groups": reverse("workbench:groups"),
            "mentions": reverse("workbench:mentions"),
            "readers": reverse("workbench:readers", args=["ID"]),
            "search": reverse("workbench:search"),
            "tools": reverse("workbench:tools", args=["ID"]),
            "tool": reverse("workbench:tool", args=["ID", "TOOL"]),
            "session": reverse("accounts:session"),
            "sign_in": reverse("accounts:sign_in"),
        },
        "csrf": get_token(request),
        "locale": translation.get_language(),
        "texts": desk_texts(),
        "contents": content_scripts(),
        "marks": content_marks(),
        "sends": sent_kinds("agent"),
        "recalls": recalled_kinds(),
        "max_bytes": request.user.tenant.max_upload_bytes,
        "origins": origins_for(request.user.pk),  # of tool panels; the page's policy allows no others
    }


def desk_of(request: TenantRequest) -> AgentClient:
    """The client of the request's agent."""
    language = translation.get_language() or "zh-hans"
    return AgentClient.of(request.user, language, session_key=request.session.session_key or "")


@require_GET
@never_cache
def state(request: TenantRequest) -> HttpResponseBase:
    """The whole state as JSON; frames keep it current."""
    content = desk_of(request).state() | {"max_bytes": request.user.tenant.max_upload_bytes}
    return HttpResponse(orjson.dumps(content), content_type="application/json")


@require_GET
@never_cache
def messages(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """A page of the customer's time line: messages and what happened between them."""
    return JsonResponse(thread_page(desk_of(request), public_id, request.GET))


@require_POST
def files(request: TenantRequest) -> HttpResponseBase:
    """Stores an upload; a refused one leaves no row and no file."""
    agent = request.user
    throttle.count(UPLOADS, "uploads", str(agent.tenant_id), f"agent-{agent.pk}")
    at_most = agent.tenant.max_upload_bytes
    file, name = uploaded_file(request, at_most=at_most)
    kept = upload(actor=agent.actor(), file=file, name=name, at_most=at_most)
    return JsonResponse({"file": attachment_object(kept)})


async def _carried(request: HttpRequest, carry: Any) -> HttpResponseBase:
    agent: Any = await request.auser()
    language = translation.get_language() or "zh-hans"
    client = await in_thread(AgentClient.of, agent, language, session_key=request.session.session_key or "")
    response: HttpResponseBase = await carry(request, client)
    return response


@require_POST
async def command(request: HttpRequest) -> HttpResponseBase:
    """A command without a socket (docs/protocol.md)."""
    return await _carried(request, live_http.command)


@require_POST
async def stream(request: HttpRequest) -> HttpResponseBase:
    """Frames as server-sent events (docs/protocol.md)."""
    return await _carried(request, live_http.stream)


@require_POST
async def poll(request: HttpRequest) -> HttpResponseBase:
    """Frames by long poll (docs/protocol.md)."""
    return await _carried(request, live_http.poll)
