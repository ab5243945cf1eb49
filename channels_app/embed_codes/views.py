"""The design page: a form beside a live preview of the real loader, run on a signed draft that is never stored."""

from typing import Any

from django.http import HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.audit.queries import last_change
from accounts.settings.form import SettingsForm
from channels_app.channels.queries import channel
from channels_app.channels.subject import CHANNEL
from channels_app.channels.views import page_context
from channels_app.embed_codes import actions
from channels_app.embed_codes.designs import Advice, Design, Draft, advice_on, edited, published, sign
from channels_app.embed_codes.forms import DesignForm
from channels_app.embed_codes.icons import DRAWINGS
from channels_app.models import Channel, Icon
from channels_app.reception.places import channel_place
from channels_app.reception.settings import WELCOME, WELCOME_OUT_OF_HOURS
from core.console.editing import edit_page
from core.console.pages import done, form_page, page, wants_fragment, with_toast
from core.web.request import TenantRequest

TEMPLATE = "channels_app/embed_codes/design.html"


@require_http_methods(["GET", "POST"])
def design(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """`do` names the act of a POST: `preview` and `fix` only show, `save` stores a draft, `publish` publishes it."""
    return edit_page(
        request,
        TEMPLATE,
        load=lambda: channel(public_id),
        form=lambda found, data: DesignForm(data, initial=_initial(found)),
        context=lambda found, form: _page_context(request, found, form),
        save=lambda found, form: DOINGS.get(request.POST.get("do", ""), _shown)(request, found, form),
        change=lambda found: last_change(CHANNEL.kind, found.pk),
    )


def _save(request: TenantRequest, found: Channel, form: DesignForm) -> HttpResponseBase:
    actions.save_draft(**_input(request, found, form))
    return done(request, request.path, _("The draft is saved. Sites do not show it yet."))


def _publish(request: TenantRequest, found: Channel, form: DesignForm) -> HttpResponseBase:
    row = actions.publish_design(**_input(request, found, form))
    if row.design_version == found.design_version:
        return done(request, request.path, _("Sites show exactly this already."), "info")
    text = _("Version %(version)s is published. Sites show it within five minutes.")
    return done(request, request.path, text % {"version": row.design_version})


def _shown(request: TenantRequest, found: Channel, form: DesignForm) -> HttpResponseBase:
    return form_page(request, TEMPLATE, form, _page_context(request, found, form))


def _input(request: TenantRequest, found: Channel, form: DesignForm) -> dict[str, Any]:
    return {
        "actor": request.user.actor(),
        "channel": found.public_id,
        "version": form.seen,
        "design": form.design(),
    }


def _fixed(request: TenantRequest, found: Channel, form: DesignForm) -> HttpResponseBase:
    """The form with a readable colour; saves nothing."""
    data = request.POST.copy()
    if advice := advice_on(form.design().color):
        data["color"] = advice.color
    better = DesignForm(data)
    better.is_valid()
    return _shown(request, found, better)


DOINGS = {"save": _save, "publish": _publish, "fix": _fixed}


@require_http_methods(["GET", "POST"])
def preview(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The preview's address for the sent values, and the advice on their colour. Stores nothing."""
    found = channel(public_id)
    if request.method == "GET":
        return redirect("channels:design", public_id)
    form = DesignForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    design = form.design()
    advice = advice_on(design.color)
    return JsonResponse(
        {"address": _address(found, design), "advice": _sentence(advice), "color": advice.color if advice else ""}
    )


@require_http_methods(["GET", "POST"])
def welcome(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """Saves the welcome texts, which take effect at once, unlike a design; htmx swaps only this form, so that unsaved
    input of the other one stays."""
    found = channel(public_id)
    if request.method == "GET":
        return redirect("channels:design", public_id)
    refused = _welcome_form(request, found, request.POST).save()
    if wants_fragment(request):
        return _welcome_alone(request, found, refused)
    if refused is None:
        return done(request, reverse("channels:design", args=[public_id]), _("Saved."))
    form = DesignForm(initial=_initial(found))
    return page(request, TEMPLATE, _page_context(request, found, form) | {"form": form, "welcome": refused}, status=422)


def _welcome_alone(request: TenantRequest, found: Channel, refused: SettingsForm | None) -> HttpResponseBase:
    context = {"channel": found, "welcome": refused or _welcome_form(request, found)}
    response = page(request, "channels_app/embed_codes/_welcome.html", context, status=422 if refused else 200)
    return response if refused else with_toast(response, _("Saved."))


def _welcome_form(request: TenantRequest, found: Channel, data: QueryDict | None = None) -> SettingsForm:
    names = (WELCOME.name, WELCOME_OUT_OF_HOURS.name)
    return SettingsForm(data, place=channel_place(found), reader=request.user.actor(), names=names)


def _page_context(request: TenantRequest, found: Channel, form: DesignForm) -> dict[str, Any]:
    """The page's context beside the form: the design in it, or where that is invalid the saved one."""
    shown = form.design() if form.is_bound and form.is_valid() else edited(found)
    advice = advice_on(shown.color)
    return page_context(found, request) | {
        "icons": [(value, label, DRAWINGS[value]) for value, label in Icon.choices],
        "chosen_icon": form["icon"].value(),
        "advice": _sentence(advice),
        "advised_color": advice.color if advice else "",
        "preview": _address(found, shown),
        "has_draft": edited(found) != published(found),
        "welcome": _welcome_form(request, found),
    }


def _address(found: Channel, design: Design) -> str:
    ticket = sign(Draft(found.tenant_id, found.public_id, design))
    return reverse("widget:preview", args=[ticket])


def _sentence(advice: Advice | None) -> str:
    if advice is None:
        return ""
    if advice.is_text:
        text = _("Text on this colour is hard to read: its contrast is %(ratio)s : 1, and 4.5 : 1 is needed.")
        return text % {"ratio": f"{advice.text_ratio:.1f}"}
    text = _("The button hardly stands out from a white page: its contrast is %(ratio)s : 1, and 3 : 1 is needed.")
    return text % {"ratio": f"{advice.page_ratio:.1f}"}


def _initial(found: Channel) -> dict[str, Any]:
    return edited(found).values() | {"version": found.version}
