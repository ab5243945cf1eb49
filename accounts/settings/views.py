"""Reception settings of the tenant, and the same form for each place below."""

from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from accounts.settings.actions import may_set
from accounts.settings.form import SettingsForm, title_of
from accounts.settings.hours_control import arranged, is_arranging
from accounts.settings.levels import branches, place_named, spec_of
from accounts.settings.places import tenant_place
from accounts.settings.wording import place_address
from core.console.pages import done, form_page, page
from core.errors import Forbidden
from core.settings.levels import Level, Place
from core.web.request import TenantRequest

TEMPLATE, FRAGMENT = "accounts/settings/settings.html", "accounts/settings/_form.html"


@require_http_methods(["GET", "POST"])
def reception(request: TenantRequest) -> HttpResponseBase:
    """The tenant's settings, and the places with overrides."""
    return settings_of(request, tenant_place())


@require_http_methods(["GET", "POST"])
def settings_page(request: TenantRequest, level: str, public_id: str) -> HttpResponseBase:
    """The settings of a service account, channel, group or agent; raises `NotFound` and `Forbidden`."""
    place = place_named(level, public_id)
    if not may_set(request.user.actor(), place):
        raise Forbidden
    return settings_of(request, place)


def settings_of(request: TenantRequest, place: Place) -> HttpResponseBase:
    """The form of a place: shown, rearranged, or saved."""
    payload, reader = request.POST.get("do", ""), request.user.actor()
    if request.method == "POST" and is_arranging(payload):
        form = SettingsForm(place=place, reader=reader, draft=arranged(request.POST, payload))
        return page(
            request,
            TEMPLATE,
            {**context(request, place), "form": form, "added": payload.endswith(":add")},
            fragment=FRAGMENT,
        )
    form = SettingsForm(request.POST if request.method == "POST" else None, place=place, reader=reader)
    refused = form.save() if request.method == "POST" else form
    if refused is None:
        return done(request, place_address(place), _("Saved.") if form.changes else _("Nothing was changed."))
    return form_page(request, TEMPLATE, refused, context(request, place), fragment=FRAGMENT)


def context(request: TenantRequest, place: Place) -> dict[str, Any]:
    """The template context beside the form."""
    company = place.level is Level.TENANT
    spec = spec_of(place.level)
    crumbs = [] if company else [(place.name, "")]
    if not company and request.user.actor().may(Permission.MANAGE_SETTINGS):
        crumbs.insert(0, (_("Reception"), reverse("accounts:reception")))
    return {
        "place": place,
        "title": title_of(place),
        "company": company,
        "breadcrumbs": crumbs,
        "action": place_address(place),
        "branches": [
            (spec_of(branch.place.level).label, branch.place.name, place_address(branch.place), branch.own)
            for branch in (branches(request.user.actor()) if company else [])
        ],
        **spec.context(request, place),
    }
