"""The chat page and the endpoints that its script calls."""

import re
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from accounts.models import Tenant
from channels_app.embed_codes.colors import text_on
from channels_app.models import Channel
from channels_app.origins import ANY
from conversations.messages.contents import content_scripts, recalled_kinds, sent_kinds
from conversations.messages.uploads import attachment_object, upload
from conversations.timeline.queries import visitor_messages
from conversations.timeline.wire import message_object
from core.errors import NotFound, Refusal
from core.files.store import uploaded_file
from core.live import http as live_http
from core.live.commands import BadFrame, PublicId, read
from core.live.websocket import language_of
from core.tenancy.models import PUBLIC_ID
from core.tenancy.scope import tenant_scope
from core.tenancy.threads import in_thread
from core.web import throttle
from core.web.addresses import client_address, client_network
from core.web.headers import content_security_policy
from core.web.routes import refusal_response
from customers.models import Customer
from customers.profiles import visitor_tokens
from customers.profiles.revoking import revoke_tokens
from widget.access import channel_of, is_allowed, place_of
from widget.chat.sessions import Caller, begin
from widget.chat.texts import chat_texts
from widget.loader.seen import note_installation, running_version
from widget.visitor import VisitorClient

UPLOADS = "60/10 minutes"  # of one visitor
UPLOADED, UPLOADED_FROM = "200/10 minutes", "2000/10 minutes"  # megabytes, of one visitor and from one address
LARGEST_BODY = 16 * 1024
LONGEST_NUMBER = 9


class Page(BaseModel):
    """The page that embeds the chat."""

    model_config = ConfigDict(extra="forbid")
    url: Annotated[str, Field(max_length=4000)] = ""
    title: Annotated[str, Field(max_length=1000)] = ""
    referrer: Annotated[str, Field(max_length=4000)] = ""


class SessionPayload(BaseModel):
    """The body of `POST /api/visitor/session`."""

    model_config = ConfigDict(extra="forbid")
    channel: PublicId
    token: Annotated[str, Field(max_length=500)] | None = None
    page: Page | None = None
    locale: Annotated[str, Field(max_length=20)] = ""
    timezone: Annotated[str, Field(max_length=40)] = ""


class LogoutPayload(BaseModel):
    """The body of `POST /api/visitor/logout`."""

    model_config = ConfigDict(extra="forbid")
    token: Annotated[str, Field(max_length=visitor_tokens.LONGEST)]


@require_safe
def chat(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The chat page, in the loader's frame or as a page of its own under the channel's public link."""
    try:
        channel = channel_of(public_id)
    except NotFound as unknown:
        return closed(request, unknown)
    if not _may_frame(request, channel):
        return closed(request, NotAllowedHere())
    if (running := running_version(request.GET.get("v", ""))) is not None:
        note_installation(request, channel, design_version=min(running, channel.design_version))
    response = render(request, "widget/chat/chat.html", {"channel": channel.public_id, "config": chat_config(channel)})
    ancestors = " ".join(["'self'", *channel.origins])
    response.headers["Content-Security-Policy"] = content_security_policy(
        frame_ancestors=ancestors, socket_host=request.get_host()
    )
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Permissions-Policy"] = "geolocation=(), payment=(), usb=()"
    return _in_any_frame(response)


class NotAllowedHere(Refusal):
    """The channel lists its sites, and the embedding one is not among them."""

    code = "not_allowed_here"
    status = 403


def _may_frame(request: HttpRequest, channel: Channel) -> bool:
    """Whether the embedding site may frame the page. The browser refuses others by the policy, but shows no reason."""
    return request.headers.get("Sec-Fetch-Dest", "iframe") != "iframe" or is_allowed(request, channel)


def closed(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The error page of the chat, for an embedding page whose channel is gone or excludes the site; reveals nothing."""
    context = {"elsewhere": isinstance(refusal, NotAllowedHere), "origins": {"origins": [ANY]}}
    response = render(request, "widget/chat/closed.html", context, status=refusal.status)
    response.headers["Content-Security-Policy"] = content_security_policy(frame_ancestors="*")
    return _in_any_frame(response)


def _in_any_frame(response: HttpResponse) -> HttpResponse:
    """Adds the headers by which cross-origin isolated sites may embed the page."""
    response.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Referer", "Sec-Fetch-Dest"])
    return response


def chat_config(channel: Channel) -> dict[str, Any]:
    """The configuration that the chat page's script reads."""
    return {
        "channel": channel.public_id,
        "origins": channel.origins,
        "urls": {
            "session": reverse("widget:session"),
            "command": reverse("widget:command"),
            "stream": reverse("widget:stream"),
            "poll": reverse("widget:poll"),
            "messages": reverse("widget:messages"),
            "files": reverse("widget:files"),
            "logout": reverse("widget:logout"),
            "socket": "/ws/visitor/",
        },
        "locale": translation.get_language(),
        "texts": chat_texts(),
        "contents": content_scripts(),
        "sends": sent_kinds("customer"),
        "recalls": recalled_kinds(),
        "max_bytes": channel.tenant.max_upload_bytes,
        "color": channel.color,
        "on_color": text_on(channel.color),
        "title": channel.service_account.name,
    }


@csrf_exempt
@require_POST
async def session(request: HttpRequest) -> HttpResponseBase:
    """Begins or resumes a visitor's session: the token, texts, the latest conversation and the newest messages."""
    if len(request.body) > LARGEST_BODY:
        return JsonResponse({"t": "error", "code": "frame_too_large", "text": ""}, status=413)
    try:
        payload = SessionPayload.model_validate(read(request.body))
    except (ValidationError, BadFrame):
        return JsonResponse({"t": "error", "code": "bad_frame", "text": ""}, status=400)
    place = await place_of(payload.channel)
    with tenant_scope(place.tenant_id):
        caller = Caller(place.channel_id, visit_of(request, payload), client_network(request))
        return JsonResponse(await begin(caller, payload.token))


@csrf_exempt
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Revokes the visitor's token, after the site has signed the visitor out. One that is not good any more is answered
    the same."""
    try:
        payload = LogoutPayload.model_validate(read(request.body))
    except (ValidationError, BadFrame):
        return JsonResponse({"t": "error", "code": "bad_frame", "text": ""}, status=400)
    token = visitor_tokens.read(payload.token)
    if token is not None:
        with tenant_scope(token.tenant):
            actor = Customer(pk=token.customer).actor()
            revoke_tokens(actor=actor, channel_id=token.channel, generation=token.generation)
    return HttpResponse(status=204)


def visit_of(request: HttpRequest, payload: SessionPayload) -> dict[str, str]:
    """What the browser says of itself and its page."""
    page = payload.page or Page()
    return {
        "page_url": page.url,
        "page_title": page.title,
        "referrer": page.referrer,
        "locale": payload.locale,
        "time_zone": payload.timezone,
        "user_agent": request.META.get("HTTP_USER_AGENT", ""),  # `headers` would lay out all of them
        "address": client_address(request),
    }


def visitor_of(request: HttpRequest) -> VisitorClient:
    """The visitor of the `Authorization` header; raises `SignedOut`."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    token = visitor_tokens.read(text.strip()) if scheme.lower() == "bearer" else None
    if token is not None:
        with tenant_scope(token.tenant):
            visitor = VisitorClient.admit(token, language_of(translation.get_language()))
        if visitor is not None:
            return visitor
    raise SignedOut


class SignedOut(Refusal):
    """The token is missing, forged, expired or revoked."""

    code = "signed_out"
    status = 401


async def _carried(request: HttpRequest, carry: Any) -> HttpResponseBase:
    try:
        visitor = await in_thread(visitor_of, request)
    except SignedOut as refusal:
        return refusal_response(refusal)
    with tenant_scope(visitor.tenant_id):
        response: HttpResponseBase = await carry(request, visitor)
        return response


@csrf_exempt
@require_POST
async def command(request: HttpRequest) -> HttpResponseBase:
    """A command without a socket (docs/protocol.md)."""
    return await _carried(request, live_http.command)


@csrf_exempt
@require_POST
async def stream(request: HttpRequest) -> HttpResponseBase:
    """Frames as server-sent events (docs/protocol.md)."""
    return await _carried(request, live_http.stream)


@csrf_exempt
@require_POST
async def poll(request: HttpRequest) -> HttpResponseBase:
    """Frames by long poll (docs/protocol.md)."""
    return await _carried(request, live_http.poll)


@require_GET
def messages(request: HttpRequest) -> HttpResponseBase:
    """A page of the visitor's older messages."""
    visitor = visitor_of(request)
    place, _, number = request.GET.get("before", "").partition(":")
    known = re.fullmatch(PUBLIC_ID, place) and number.isdecimal() and len(number) <= LONGEST_NUMBER
    before = (place, int(number)) if known else None
    with tenant_scope(visitor.tenant_id):
        rows, more = visitor_messages(visitor.customer_id, visitor.channel_id, before=before)
    return JsonResponse({"messages": [message_object(row, "visitor") for row in rows], "more": more})


@csrf_exempt
@require_POST
def files(request: HttpRequest) -> HttpResponseBase:
    """Stores an upload; a refused one leaves no row and no file."""
    visitor = visitor_of(request)
    with tenant_scope(visitor.tenant_id):
        network, megabytes = client_network(request), 1 + int(request.META.get("CONTENT_LENGTH") or 0) // 1_000_000
        throttle.count(UPLOADS, "uploads", str(visitor.tenant_id), str(visitor.customer_id))
        throttle.count(UPLOADED, "uploaded", str(visitor.tenant_id), str(visitor.customer_id), cost=megabytes)
        throttle.count(UPLOADED_FROM, "uploaded", network, cost=megabytes)
        at_most = Tenant.objects.values_list("max_upload_bytes", flat=True).get(pk=visitor.tenant_id)
        file, name = uploaded_file(request, at_most=at_most)
        customer = Customer(pk=visitor.customer_id, name=visitor.name).actor()
        kept = upload(actor=customer, file=file, name=name, at_most=at_most, network=network)
        return JsonResponse({"file": attachment_object(kept)})
