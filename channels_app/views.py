"""Console pages of channels: the list, what a channel is, and how it gets onto a site."""

import io
from typing import Any
from urllib.parse import urlsplit

import segno
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.queries import last_change
from channels_app import actions, queries
from channels_app.actions import ChannelHasHistory, TooManySites
from channels_app.forms import ChannelFilter, ChannelForm, channel_facts
from channels_app.models import Channel
from channels_app.origins import ANY, LOCAL, may_embed, readable
from channels_app.snippet import chat_link, policy_lines, public_origin, snippet
from core.editing import edit_page, new_page
from core.listing import Listing, list_page
from core.ordering import Spoken
from core.pages import done, page
from core.web import TenantRequest

QR_PIXELS = {"s": 200, "m": 480, "l": 1200}
QUIET = 4  # modules of white around a QR code, as ISO/IEC 18004 asks


@require_GET
def channels(request: TenantRequest) -> HttpResponseBase:
    """Where visitors come from, and whether it works there."""
    listing: Listing[Channel] = Listing(
        request,
        rows=queries.channels_in_console(),
        filters=ChannelFilter,
        sorts={
            "name": (Spoken("name"),),
            "account": (Spoken("service_account__name"), Spoken("name")),
            "seen": ("seen_at", Spoken("name")),
        },
        default="name",
    )
    context: dict[str, Any] = {"origin": public_origin(request), "unserved": queries.accounts_without_service()}
    context["by_hand"] = queries.accounts_by_hand_only()
    return list_page(request, listing, "channels/channels.html", "channels/_channels_list.html", context)


@require_http_methods(["GET", "POST"])
def channel_new(request: TenantRequest) -> HttpResponseBase:
    """One more; it goes on with its design."""

    def save(form: ChannelForm) -> HttpResponseBase:
        made = actions.add_channel(
            actor=request.user.actor(),
            name=form.cleaned_data["name"],
            service_account=form.cleaned_data["service_account"],
            origins=form.origins(),
        )
        return done(request, reverse("channels:design", args=[made.public_id]), _("Saved. Now choose its looks."))

    return new_page(
        request,
        "channels/channel.html",
        form=lambda data: ChannelForm(data, new=True, initial={"any_site": True}),
        save=save,
        context={"breadcrumbs": [(_("Channels"), reverse("channels:channels")), (_("New channel"), "")]},
    )


@require_http_methods(["GET", "POST"])
def channel(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """Name, face, sites, on or off."""

    def save(found: Channel, form: ChannelForm) -> HttpResponseBase:
        actions.change_channel(
            actor=request.user.actor(),
            channel=public_id,
            version=form.seen,
            name=form.cleaned_data["name"],
            service_account=form.cleaned_data["service_account"],
            origins=form.origins(),
            is_active=form.cleaned_data["is_active"],
        )
        return done(request, request.path, _("Saved."))

    return edit_page(
        request,
        "channels/channel.html",
        load=lambda: queries.channel(public_id),
        form=lambda found, data: ChannelForm(data, initial=channel_facts(found)),
        frame=lambda found, form: frame(found, request) | {"way_out": _way_out(found)},
        save=save,
        change=lambda found: last_change(actions.KIND, found.pk),
    )


def frame(channel: Channel, request: TenantRequest) -> dict[str, Any]:
    """What all pages of a channel show around themselves."""
    return {
        "channel": channel,
        "account": channel.service_account,
        "unserved": channel.service_account_id in queries.accounts_without_service(),
        "tabs": tabs(channel.public_id, request),
        "breadcrumbs": [(_("Channels"), reverse("channels:channels")), (channel.name, "")],
    }


def _way_out(channel: Channel) -> str:
    """What the button says that takes the channel out of use; nothing where it is out of use and stays."""
    if not queries.is_kept(channel):
        return _("Delete")
    return _("Switch off") if channel.is_active else ""


def tabs(public_id: str, request: TenantRequest) -> list[tuple[str, str, bool]]:
    """The pages of a channel: name, address, whether it is this one."""
    names = [
        (_("Channel"), reverse("channels:channel", args=[public_id])),
        (_("Design"), reverse("channels:design", args=[public_id])),
        (_("Link and code"), reverse("channels:install", args=[public_id])),
        (_("Welcome and hours"), reverse("channels:settings", args=["channel", public_id])),
    ]
    return [(name, address, address == request.path) for name, address in names]


@require_http_methods(["GET", "POST"])
def channel_delete(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """Delete one that nobody ever wrote to; switch off any other."""
    found = queries.channel(public_id)
    kept = queries.is_kept(found)
    if request.method == "POST":
        try:
            return _switched_off(request, found) if kept else _deleted(request, found)
        except ChannelHasHistory:
            kept = True
    return page(request, "console/confirm.html", _question(request, found, kept=kept), fragment="parts/_confirm.html")


def _deleted(request: TenantRequest, found: Channel) -> HttpResponseBase:
    actions.delete_channel(actor=request.user.actor(), channel=found.public_id)
    return done(request, "channels:channels", _("%(name)s was deleted.") % {"name": found.name})


def _switched_off(request: TenantRequest, found: Channel) -> HttpResponseBase:
    actions.switch_channel(actor=request.user.actor(), channel=found.public_id, on=False)
    return done(request, "channels:channels", _("%(name)s is switched off.") % {"name": found.name})


def _question(request: TenantRequest, found: Channel, *, kept: bool) -> dict[str, Any]:
    name = {"name": found.name}
    gone = [
        _("The button disappears from all sites within minutes; the public link and QR codes lead nowhere."),
        _("Visitors cannot write any more. Open conversations stay with their agents until they end."),
    ]
    if kept:
        gone.append(_("The history stays, which is why the channel cannot be deleted. You can switch it on again."))
    else:
        gone[1] = _("Nobody ever wrote through this channel. This cannot be undone.")
    return {
        "heading": (_("Switch %(name)s off?") if kept else _("Delete %(name)s?")) % name,
        "text": _("What happens then:"),
        "details": gone,
        "action": request.path,
        "submit": _("Switch off") if kept else _("Delete"),
        "back": reverse("channels:channel", args=[found.public_id]),
    }


# --- onto the site ----------------------------------------------------------------------------------------------------


@require_GET
def install(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """Public link, QR code, snippet, and where it was seen; htmx asks for the last part again and again."""
    found = queries.channel(public_id)
    origin = public_origin(request)
    context = frame(found, request) | {
        "link": chat_link(origin, public_id),
        "snippet": snippet(origin, public_id),
        "policy": policy_lines(origin),
        "is_insecure": origin.startswith("http://") and urlsplit(origin).hostname not in LOCAL,
        "sizes": [("s", _("Small")), ("m", _("Medium")), ("l", _("Large"))],
        "pixels": QR_PIXELS,
        **sightings(found),
    }
    return page(request, "channels/install.html", context, fragment="channels/_sightings.html")


def sightings(channel: Channel) -> dict[str, Any]:
    """Where the snippet was seen: judged by what is allowed now."""
    rows = queries.sightings_of(channel)
    for row in rows:
        row.is_allowed = may_embed(channel.origins, row.origin)
    # Most browsers name the site alone.
    pages = {row.pk for row in rows if row.page_url.rstrip("/") != row.origin}
    return {"sightings": rows, "pages": pages, "any_site": ANY in channel.origins}


@require_http_methods(["GET", "POST"])
def allow(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The site where the snippet was seen may show the chat. Who comes by GET (after signing in) is sent on."""
    back = reverse("channels:install", args=[queries.channel(public_id).public_id])
    if request.method == "GET":
        return redirect(back)
    origin = request.POST.get("origin", "").replace("\x00", "")
    try:
        actions.allow_site(actor=request.user.actor(), channel=public_id, origin=origin)
    except TooManySites as refusal:
        return done(request, back, str(refusal), "bad")
    return done(request, back, _("%(site)s may show the chat.") % {"site": readable(origin)})


@require_GET
def qr_png(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The public link as a QR code, for screens."""
    return _qr(request, public_id, "png", "image/png")


@require_GET
def qr_svg(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The same for print."""
    return _qr(request, public_id, "svg", "image/svg+xml")


def _qr(request: TenantRequest, public_id: str, kind: str, media_type: str) -> HttpResponseBase:
    """In whole pixels a module, so that the edges are sharp: at least as large as its size says, when there is room."""
    found = queries.channel(public_id)
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
