"""The loader that sites embed."""


import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from accounts.customers.actions import create_customer
from accounts.models import Customer, Tenant
from channels_app.channels import visitor_tokens
from channels_app.embed_codes.colors import text_on
from channels_app.embed_codes.icons import DRAWINGS, SPEECH
from channels_app.models import Channel
from channels_app.origins import ANY, origin_of
from core.web.addresses import public_origin
from channels_app.channels.visitor_tokens import VisitorToken
from conversations.lifecycle import queries as lifecycle_queries
from conversations.lifecycle.visiting import note_visit
from conversations.welcome.texts import desk_of, greeting, news
from conversations.timeline.wire import message_object, visitor_line, visitor_row
from conversations.messages.uploads import attachment_object, upload
from core.live import http as live_http
from core.web import throttle
from core.live.commands import BadFrame, PublicId, read
from core.errors import NotFound, Refusal
from core.files.store import sent_file
from core.web.routes import refusal_response
from core.tenancy.scope import tenant_scope, unscoped
from core.tenancy.models import PUBLIC_ID
from core.tenancy.threads import in_thread
from core.web.addresses import client_address, client_network
from core.web.headers import content_security_policy
from core.live.wire import milliseconds
from widget.loader.render import LoaderConfig, render_loader
from widget.visitor import Visitor
from widget.presence import desk_object
from widget.loader.seen import running_version, see
from widget.websocket import language_of
from widget.chat.texts import chat_texts

from widget.access import channel_of, is_allowed


# A page view within two minutes asks for nothing; one within the next three shows what is known and asks behind it.
LOADER_CACHE = "public, max-age=120, stale-while-revalidate=180"
# A channel that is switched on (again) is there soon, and a site full of visitors does not ask for each of them.
NO_LOADER_CACHE = "public, max-age=60"
NO_LOADER = "// kefu: this chat does not exist, or is switched off.\n"
SCRIPT = "text/javascript; charset=utf-8"


@require_safe
def loader(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """`/w/<channel>.js`: a few minutes in caches, so that a change reaches all sites without a new snippet.

    Whoever asks for it shows the snippet: the browser says on which site. A page whose channel is gone gets a script
    all the same: anything else would be a second, puzzling error in its console.
    """
    try:
        channel = channel_of(public_id)
    except NotFound:
        return _cached_everywhere(HttpResponse(NO_LOADER, content_type=SCRIPT, status=NotFound.status), NO_LOADER_CACHE)
    see(request, channel, design_version=channel.design_version)
    etag = quote_etag(f"{channel.public_id}-{milliseconds(channel.changed_at)}-{loader_version(channel)}")
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        render_loader(loader_config(request, channel)), content_type=SCRIPT
    )
    response.headers["ETag"] = etag
    # Whoever is let in now, and looks again, has the button: what says no is kept nowhere.
    return _cached_everywhere(response, LOADER_CACHE if is_allowed(request, channel) else "no-cache")


def _cached_everywhere(response: HttpResponseBase, how: str) -> HttpResponseBase:
    """For any site, and for the caches on the way there."""
    response.headers["Cache-Control"] = how
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def loader_version(channel: Channel) -> str:
    """Of the loader and of the design that is baked in: the frame reports it back as `v`."""
    return f"{settings.LOADER_VERSION}.{channel.design_version}"


def loader_config(request: HttpRequest, channel: Channel) -> LoaderConfig:
    """What is baked into the loader of a channel."""
    return LoaderConfig(
        channel=channel.public_id,
        origin=public_origin(request),
        version=loader_version(channel),
        icon=DRAWINGS.get(channel.icon, SPEECH),
        color=channel.color,
        on_color=text_on(channel.color),
        side="start" if channel.side == "start" else "end",
        x=channel.offset_x,
        y=channel.offset_y,
        sites=None if ANY in channel.origins else (*channel.origins, public_origin(request)),
    )
