"""Console pages of channels."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit.exporting import export_of
from channels_app.channels import actions, queries
from channels_app.channels.actions import ChannelHasHistory
from channels_app.channels.forms import ChannelForm
from channels_app.channels.subject import CHANNEL
from channels_app.models import Channel
from channels_app.service_accounts.queries import accounts_by_hand_only, accounts_without_service
from core.console import subject
from core.console.pages import done, page, safe_next, ticked
from core.console.subject import edit_of, list_of, new_of
from core.rows import is_referenced
from core.web.request import TenantRequest


@require_GET
def channels(request: TenantRequest) -> HttpResponseBase:
    """The list of channels."""
    context = {"unserved": accounts_without_service(), "by_hand": accounts_by_hand_only()}
    return list_of(CHANNEL, request, context=context)


@require_POST
def channels_export(request: TenantRequest) -> HttpResponseBase:
    """The list as an Excel file."""
    return export_of(CHANNEL, request)


@require_http_methods(["GET", "POST"])
def channel_new(request: TenantRequest) -> HttpResponseBase:
    """The page of a new channel; continues with its design."""

    def to_its_design(made: Channel) -> tuple[str, str]:
        return reverse("channels:design", args=[made.public_id]), _("Saved. Now choose its looks.")

    return new_of(
        CHANNEL,
        request,
        form=lambda data, files: ChannelForm(data, new=True),
        add=actions.add_channel,
        then=to_its_design,
    )


@require_http_methods(["GET", "POST"])
def channel(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The page of one channel."""
    return edit_of(
        CHANNEL,
        request,
        public_id,
        form=ChannelForm.of,
        change=actions.change_channel,
        context=lambda found: page_context(found, request) | {"way_out": _way_out(found)},
        then=request.path,
    )


def page_context(channel: Channel, request: TenantRequest) -> dict[str, Any]:
    """Context of all pages of a channel."""
    return {
        **subject.page_context(CHANNEL, channel),
        "account": channel.service_account,
        "unserved": channel.service_account_id in accounts_without_service(),
        "lead": "channels_app/channels/_lead.html",
        "tabs": tabs(channel.public_id, request),
        "tabs_name": _("Pages of the channel"),
    }


def _way_out(channel: Channel) -> dict[str, str]:
    """The button (parts/_dialog_link.html) that deletes or switches off the channel; {} where neither is possible."""
    if not is_referenced(channel):
        return {"label": _("Delete"), "icon": "trash", "class": "button-danger"}
    return {"label": _("Switch off"), "icon": "no-symbol", "class": ""} if channel.is_active else {}


def tabs(public_id: str, request: TenantRequest) -> list[tuple[str, str, bool]]:
    """(label, address, current) of the channel's pages."""
    names = [
        (_("Channel"), reverse("channels:channel", args=[public_id])),
        (_("Design"), reverse("channels:design", args=[public_id])),
        (_("Link and code"), reverse("channels:install", args=[public_id])),
        (_("Welcome and hours"), reverse("accounts:settings", args=["channel", public_id])),
    ]
    return [(name, address, address == request.path) for name, address in names]


@require_http_methods(["GET", "POST"])
def channel_delete(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """Deletes a channel without conversations; switches off any other."""
    found = queries.channel(public_id)
    kept = is_referenced(found)
    if request.method == "POST":
        try:
            return _switched_off(request, found) if kept else _deleted(request, found)
        except ChannelHasHistory:
            kept = True
    return page(request, "console/confirm.html", _question(request, found, kept=kept), fragment="parts/_confirm.html")


def _deleted(request: TenantRequest, found: Channel) -> HttpResponseBase:
    actions.delete_channel(actor=request.user.actor(), channel=found.public_id)
    return done(request, CHANNEL.home, _("%(name)s was deleted.") % {"name": found.name})


def _switched_off(request: TenantRequest, found: Channel) -> HttpResponseBase:
    actions.switch_channel(actor=request.user.actor(), channel=found.public_id, on=False)
    return done(request, CHANNEL.home, _("%(name)s is switched off.") % {"name": found.name})


@require_http_methods(["GET", "POST"])
def channels_on(request: TenantRequest) -> HttpResponseBase:
    """Switches channels on and redirects back; a GET (after signing in) is redirected too."""
    back = safe_next(request, reverse(CHANNEL.home))
    if request.method == "GET":
        return redirect(back)
    names = [channel.name for channel in actions.switch_on(actor=request.user.actor(), channels=ticked(request))]
    return done(request, back, _("%(name)s is switched on.") % {"name": _(", ").join(names)} if names else "")


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
        "back": CHANNEL.address_of(found),
    }
