"""Preview of a design: the real loader on a neutral page, run from a signed draft that is not stored.

Requires a sign-in of the channel's tenant. The chat in it is a sample and writes nothing.
"""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from channels_app.channels import queries as channel_queries
from channels_app.embed_codes import designs
from channels_app.embed_codes.designs import Draft
from conversations.welcome.texts import greeting, reception_of
from core.web.headers import content_security_policy
from core.web.request import TenantRequest
from widget.loader.render import LoaderConfig, render_loader

SAME_ORIGIN_POLICY = content_security_policy(frame_ancestors="'self'")


def _draft(request: TenantRequest, ticket: str) -> Draft:
    """The draft in the ticket; raises `NotFound` where it is forged, expired, or of another tenant."""
    return designs.read(ticket, tenant_id=request.user.tenant_id)


def _in_our_frame(response: HttpResponse) -> HttpResponse:
    response.headers["Content-Security-Policy"] = SAME_ORIGIN_POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


@require_GET
def preview(request: TenantRequest, ticket: str) -> HttpResponseBase:
    """The neutral page with the loader."""
    _draft(request, ticket)
    return _in_our_frame(
        render(request, "widget/preview/preview.html", {"loader": reverse("widget:draft", args=[ticket])})
    )


@require_GET
def draft(request: TenantRequest, ticket: str) -> HttpResponseBase:
    """The loader with the draft as its configuration; its local storage is separate from the channel's."""
    design = _draft(request, ticket).design
    origin = f"{request.scheme}://{request.get_host()}"
    config = LoaderConfig(
        channel="preview",
        origin=origin,
        version="draft",
        locale=get_language() or "zh-hans",
        color=design.color,
        on_color=design.on_color,
        side="start" if design.side == "start" else "end",
        x=design.offset_x,
        y=design.offset_y,
        icon=design.drawing,
        chat=f"{origin}{reverse('widget:sample', args=[ticket])}?lang=",
    )
    return _in_our_frame(HttpResponse(render_loader(config), content_type="text/javascript; charset=utf-8"))


@require_GET
def sample(request: TenantRequest, ticket: str) -> HttpResponseBase:
    """A sample of the open chat: the account's name and avatar, the welcome text, an example message."""
    found = _draft(request, ticket)
    channel = channel_queries.channel(found.channel)
    account = channel.service_account
    config = {
        "origins": [f"{request.scheme}://{request.get_host()}"],
        "color": found.design.color,
        "on_color": found.design.on_color,
    }
    welcome = greeting(reception_of(channel.pk), nickname=_("Visitor"), language=get_language() or "")
    context = {"account": account, "config": config, "welcome": welcome}
    return _in_our_frame(render(request, "widget/preview/sample.html", context))
