"""Which channel a page asks for, and whether its site may."""


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



def channel_of(public_id: str) -> Channel:
    """An active channel, whichever tenant's; raises `NotFound`."""
    if re.fullmatch(PUBLIC_ID, public_id) is None:
        raise NotFound
    with unscoped(reason="the channel's public id says which tenant"):
        found = (
            Channel.objects.select_related("service_account", "tenant")
            .filter(public_id=public_id, is_active=True)
            .first()
        )
    if found is None:
        raise NotFound
    return found


def is_allowed(request: HttpRequest, channel: Channel) -> bool:
    """Whether the site that asks may show the chat, as far as the browser names it."""
    if ANY in channel.origins:
        return True
    site = origin_of(request.headers.get("Referer", ""))
    return site is None or site in channel.origins or site == public_origin(request)
