"""The page `/styleguide`: every part of the console in every state, with sample rows."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from core.console.filters import ChoiceFilter, FilterForm, SearchFilter
from core.console.forms import Form
from core.console.listing import Listing, list_page
from core.console.pages import done, page
from core.web.request import TenantRequest

STATUSES = [("online", _("Online")), ("busy", _("Busy")), ("away", _("Away")), ("offline", _("Offline"))]
NOON = datetime(2026, 1, 5, 12, 0, tzinfo=get_current_timezone())


class SampleFilter(FilterForm):
    """A filter with a text, a choice and a switch."""

    q = SearchFilter()
    status = ChoiceFilter(_("Status"), STATUSES)

    def narrow(self, rows: list[SimpleNamespace]) -> list[SimpleNamespace]:
        """By word and status."""
        word, status = self.value("q") or "", self.value("status")
        return [row for row in rows if word in row.name and status in (None, row.status)]


class SampleForm(Form):
    """A form with every kind of control."""

    name = forms.CharField(label=_("Nickname"), max_length=30, help_text=_("Customers see this name."))
    cap = forms.IntegerField(label=_("Conversations at once"), min_value=1, max_value=500)
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES)
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    enabled = forms.BooleanField(label=_("Enabled"), required=False, help_text=_("Who is disabled cannot sign in."))
    side = forms.ChoiceField(
        label=_("Side"), choices=[("left", _("Left")), ("right", _("Right"))], widget=forms.RadioSelect
    )


class SampleDays(Form):
    """A form with a range of days."""

    since = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))


def sample_rows() -> list[SimpleNamespace]:
    """Enough rows for several pages."""
    return [
        SimpleNamespace(
            id=f"row-{number}",
            name=f"{number:03d}",
            status=STATUSES[number % 4][0],
            label=STATUSES[number % 4][1],
            load=number * 7 % 11,
        )
        for number in range(1, 127)
    ]


def samples() -> dict[str, Any]:
    """The template context of the samples."""
    entries = [(_("Queued"), "queue-list"), (_("Accepted"), "check"), (_("Ended"), "flag")]
    return {
        "good": SampleForm(initial={"name": "001", "cap": 10, "side": "right", "enabled": True}, prefix="good"),
        "bad": SampleForm({"bad-name": "", "bad-cap": "0", "bad-side": "up"}, prefix="bad"),
        "days": SampleDays(initial={"since": "2026-01-01", "until": "2026-01-07"}),
        "periods": [(_("Last 7 days"), "?", True), (_("Last 30 days"), "?", False)],
        "tabs": [(_("General"), "?", True, None), (_("Members"), "?tab=2", False, 12)],
        "crumbs": [(_("Team"), "/styleguide"), (_("Agents"), "/styleguide"), ("001", "")],
        "stale": {"who": "002", "at": NOON, "changes": [(_("Nickname"), "001", "003")]},
        "facts": [(_("Agent number"), "1001"), (_("Status"), _("Online")), (_("Note"), "")],
        "entries": [
            {"text": text, "icon": icon, "at": NOON + timedelta(minutes=5 * number), "who": "001"}
            for number, (text, icon) in enumerate(entries)
        ],
        "statuses": STATUSES,
        "details": [_("The history keeps the name.")],
        "numbers": [("001", 12), ("002", 11), ("003", None)],
        "levels": ["ok", "info", "warn", "bad"],
        "snippet": '<script async src="https://example.com/loader.js"></script>\n',
    }


@require_http_methods(["GET", "POST"])
def question(request: TenantRequest) -> HttpResponseBase:
    """A confirmation, as a page and in the dialog; changes nothing."""
    if request.method == "POST":
        return done(request, "styleguide", str(_("Saved.")))
    content = {
        "heading": _("Delete this agent?"),
        "text": _("The agent can no longer sign in."),
        "details": [_("The history keeps the name.")],
        "action": request.path,
        "submit": _("Delete"),
        "back": resolve_url("styleguide"),
    }
    return page(request, "console/confirm.html", content, fragment="parts/_confirm.html")


@require_GET
def styleguide(request: TenantRequest) -> HttpResponseBase:
    """The page; its list answers htmx like every list."""
    listing: Listing[Any] = Listing(
        request,
        rows=sample_rows(),
        filters=SampleFilter,
        sorts={"name": ("name",), "load": ("load", "name")},
        default="name",
        per_page=20,
    )
    return list_page(request, listing, "console/styleguide.html", "console/_styleguide_list.html", samples())
