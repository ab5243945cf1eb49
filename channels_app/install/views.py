"""Installing a channel on a site, and sightings of its snippet."""

import io
from typing import Any
from urllib.parse import urlsplit

import segno
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from channels_app.channels import queries as channel_queries
from channels_app.channels.actions import TooManySites, allow_site
from channels_app.channels.views import page_context
from channels_app.install import queries
from channels_app.install.snippet import chat_link, policy_lines, snippet
from channels_app.models import Channel
from channels_app.origins import ANY, LOCAL, may_embed, readable
from core.console.pages import done, page
from core.web.addresses import public_origin
from core.web.request import TenantRequest

QR_PIXELS = {"s": 200, "m": 480, "l": 1200}
QUIET = 4  # modules of white around a QR code, as ISO/IEC 18004 asks


@require_GET
def install(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """Public link, QR code, snippet, and sightings; htmx polls the sightings."""
    found = channel_queries.channel(public_id)
    origin = public_origin(request)
    context = page_context(found, request) | {
        "link": chat_link(origin, public_id),
        "snippet": snippet(origin, public_id),
        "policy": policy_lines(origin),
        "is_insecure": origin.startswith("http://") and urlsplit(origin).hostname not in LOCAL,
        "sizes": [("s", _("Small")), ("m", _("Medium")), ("l", _("Large"))],
        "pixels": QR_PIXELS,
        **sightings(found),
    }
    return page(request, "channels_app/install/install.html", context, fragment="channels_app/install/_sightings.html")


def sightings(channel: Channel) -> dict[str, Any]:
    """The sightings, each compared with the sites that are allowed now."""
    rows = queries.sightings_of(channel)
    for row in rows:
        row.is_allowed = may_embed(channel.origins, row.origin)
    # Most browsers send the origin only.
    pages = {row.pk for row in rows if row.page_url.rstrip("/") != row.origin}
    return {"sightings": rows, "pages": pages, "any_site": ANY in channel.origins}


@require_http_methods(["GET", "POST"])
def allow(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """Allows the site of a sighting. A GET (after signing in) is redirected."""
    back = reverse("channels:install", args=[channel_queries.channel(public_id).public_id])
    if request.method == "GET":
        return redirect(back)
    origin = request.POST.get("origin", "").replace("\x00", "")
    try:
        allow_site(actor=request.user.actor(), channel=public_id, origin=origin)
    except TooManySites as refusal:
        return done(request, back, str(refusal), "bad")
    return done(request, back, _("%(site)s may show the chat.") % {"site": readable(origin)})


@require_GET
def qr_png(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The public link as a QR code, PNG."""
    return _qr(request, public_id, "png", "image/png")


@require_GET
def qr_svg(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The public link as a QR code, SVG."""
    return _qr(request, public_id, "svg", "image/svg+xml")


def _qr(request: TenantRequest, public_id: str, kind: str, media_type: str) -> HttpResponseBase:
    """Whole pixels per module, for sharp edges: at least `QR_PIXELS`, where there is room."""
    found = channel_queries.channel(public_id)
    size = request.GET.get("size", "m")
    code = segno.make(chat_link(public_origin(request), public_id), error="m", micro=False)
    scale = max(1, round(QR_PIXELS.get(size, QR_PIXELS["m"]) / code.symbol_size(border=QUIET)[0]))
    buffer = io.BytesIO()
    code.save(buffer, kind=kind, scale=scale, border=QUIET, dark="#000000", light="#ffffff")
    response = HttpResponse(buffer.getvalue(), content_type=media_type)
    if "download" in request.GET:
        name = f"kefu-{found.public_id}-{size if size in QR_PIXELS else 'm'}.{kind}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, max-age=300"
    return response
