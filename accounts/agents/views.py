"""Console pages of agents."""

from collections.abc import Collection, Mapping
from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.agents import actions, caps, queries
from accounts.agents.forms import AgentForm, NewAgentForm, agent_initial
from accounts.agents.leaving import (
    LeavingForm,
    agents_to_disable,
    consequences,
    heir_choices,
    holding,
    leaves_behind,
    load_lines,
    name_list,
)
from accounts.agents.subject import AGENT
from accounts.agents.tabs import page_context
from accounts.audit.exporting import export_of
from accounts.audit.queries import last_change
from accounts.models import Agent, Group, Status
from accounts.passwords.forms import PasswordForm
from accounts.passwords.rules import names_of
from accounts.roles.queries import is_above, roles, roles_to_give
from core.console.editing import edit_page
from core.console.pages import done, form_page, page, safe_next, ticked
from core.console.subject import list_of, new_of
from core.web.request import TenantRequest

QUESTION = "parts/_confirm.html"
MAX_NAMES = 3  # names in one message


@require_GET
def agents(request: TenantRequest) -> HttpResponseBase:
    """The list."""
    used, most = queries.quota()
    return list_of(AGENT, request, context={"used": used, "most": most})


@require_POST
def agents_export(request: TenantRequest) -> HttpResponseBase:
    """The list as an Excel file, with an audit entry."""
    return export_of(AGENT, request)


@require_http_methods(["GET", "POST"])
def agents_bulk(request: TenantRequest) -> HttpResponseBase:
    """Enables or disables the ticked agents and redirects to the list; a GET (after signing in) is redirected too.

    Disabling asks first; `sure` is the answer.
    """
    enabled = request.POST.get("do") == "enable"
    back = safe_next(request, reverse("accounts:agents"))
    if request.method == "GET":
        return redirect(back)
    chosen = ticked(request)
    if not chosen or request.POST.get("do") not in ("enable", "disable"):
        return done(request, back, _("Nothing was ticked."), "info")
    actor, heir = request.user.actor(), ""
    if not enabled and (leaving := agents_to_disable(actor, chosen)):
        form = _leaving_form(request, leaving, sent={"rows": chosen, "do": ["disable"], "next": [back], "sure": ["1"]})
        if not form.is_valid():
            return form_page(request, "console/confirm.html", form, _disable_question(form, back), fragment=QUESTION)
        heir = form.cleaned_data.get("heir", "")
    outcome = actions.set_enabled(actor=actor, agents=chosen, enabled=enabled, heir=heir)
    return done(request, back, _bulk_text(outcome, enabled), "warn" if outcome.refused else "ok")


def _leaving_form(
    request: TenantRequest, leaving: Collection[Agent], sent: Mapping[str, list[str]] | None = None
) -> LeavingForm:
    """Unbound until the question was answered."""
    answered = request.method == "POST" and (sent is None or "sure" in request.POST)
    return LeavingForm(sent or {}, request.POST if answered else None, leaving=leaving)


def _disable_question(form: LeavingForm, back: str) -> dict[str, Any]:
    names = [agent.nickname for agent in form.leaving]
    ends = (
        _("The agent is signed out at once, and cannot sign in until enabled again.")
        if len(names) == 1
        else _("They are signed out at once, and cannot sign in until enabled again: %(names)s")
        % {"names": name_list(names)}
    )
    heading = (
        _("Disable %(name)s?") % {"name": names[0]}
        if len(names) == 1
        else ngettext("Disable %(number)d agent?", "Disable %(number)d agents?", len(names)) % {"number": len(names)}
    )
    return {
        "heading": heading,
        "text": ends,
        "details": form.load_lines,
        "action": reverse("accounts:agents_bulk"),
        "submit": _("Disable"),
        "back": back,
    }


def _bulk_text(outcome: actions.Bulk, enabled: bool) -> str:
    number = outcome.changed
    changed = _text_by_name(outcome.names, enabled) if 0 < number <= MAX_NAMES else _text_by_number(number, enabled)
    refused = [_("%(name)s: %(why)s") % {"name": name, "why": why} for name, why in outcome.refused[:MAX_NAMES]]
    if more := len(outcome.refused) - len(refused):
        refused.append(
            ngettext("%(number)d more was not changed.", "%(number)d more were not changed.", more) % {"number": more}
        )
    return " ".join([changed, *refused])


def _text_by_name(names: Collection[str], enabled: bool) -> str:
    text = _("%(names)s can sign in again.") if enabled else _("%(names)s cannot sign in any more.")
    return text % {"names": name_list(names)}


def _text_by_number(number: int, enabled: bool) -> str:
    text = (
        ngettext("%(number)d agent enabled.", "%(number)d agents enabled.", number)
        if enabled
        else ngettext("%(number)d agent disabled.", "%(number)d agents disabled.", number)
    )
    return text % {"number": number}


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def agent_new(request: TenantRequest) -> HttpResponseBase:
    """The page of a new agent."""

    def then(made: Agent) -> tuple[str, str]:
        text = _("%(name)s can sign in as %(number)s@%(company)s now.")
        names = {"name": made.nickname, "number": made.number, "company": request.user.tenant.code}
        return AGENT.address_of(made) if made.lacks_a_group else AGENT.home, text % names

    return new_of(
        AGENT,
        request,
        form=lambda data, files: NewAgentForm(data, **_offers(request, None)),
        add=actions.add_agent,
        then=then,
    )


@require_http_methods(["GET", "POST"])
def agent(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The page of one agent."""

    def form(found: Agent, data: QueryDict | None) -> AgentForm:
        offers = _offers(request, found)
        heirs = heir_choices([found]) if data else ()  # asked about when it is saved
        return AgentForm(data, initial=agent_initial(found, cap=offers["cap"].own), heirs=heirs, **offers)

    def save(found: Agent, form: AgentForm) -> HttpResponseBase:
        values = form.values()
        role = next(each for each in roles() if each.code == values.role)
        behind = leaves_behind(found, role=role) > 0
        form.ask_once(consequences(found, role=role, groups=values.groups), leaves_behind=behind)
        heir = form.cleaned_data["heir"]
        actions.change_agent(actor=request.user.actor(), agent=public_id, version=form.seen, values=values, heir=heir)
        return done(request, AGENT.home, _("Saved."))

    known = queries.agent(public_id)
    if is_above(known, request.user.actor()):
        return page(request, AGENT.form_template, page_context(request, known))
    return edit_page(
        request,
        AGENT.form_template,
        row=known,
        load=lambda: queries.agent(public_id),
        form=form,
        context=lambda found, form: page_context(request, found),
        save=save,
        change=lambda found: last_change("agent", found.pk),
    )


def _offers(request: TenantRequest, found: Agent | None) -> dict[str, Any]:
    """The choices of the form."""
    return {
        "roles": roles_to_give(request.user.actor()),
        "groups": Group.objects.all(),
        "cap": caps.cap_of(found),
    }


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def agent_password(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The page that sets another agent's password."""
    found = _asked_about(request, public_id)
    if found.pk == request.user.pk:
        return redirect("accounts:own_password")
    form = PasswordForm(request.POST or None, names=names_of(found, request.user.tenant.code))
    if request.method == "POST" and form.is_valid():
        try:
            actions.reset_password(actor=request.user.actor(), agent=public_id, password=form.cleaned_data["password"])
            return done(request, AGENT.address_of(found), _("%(name)s has a new password.") % {"name": found.nickname})
        except (actions.RoleAbove, actions.OwnAccount) as refusal:
            form.add_error(None, str(refusal))
    content = {
        "heading": _("Reset the password of %(name)s") % {"name": found.nickname},
        "text": _("Every browser in which the agent is signed in will be signed out."),
        "details": _after_reset(found),
        "action": request.path,
        "submit": _("Reset password"),
        "danger": False,
        "back": AGENT.address_of(found),
    }
    return form_page(request, "console/confirm.html", form, content, fragment=QUESTION)


def _after_reset(found: Agent) -> list[str]:
    """What the message adds for an agent who is online."""
    offline = [] if found.status == Status.OFFLINE else [_("The agent is offline until the next sign-in.")]
    return [*offline, *load_lines(holding([found.pk]))]


@require_http_methods(["GET", "POST"])
def agent_delete(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """Asks, then deletes."""
    found = _asked_about(request, public_id)
    form = _leaving_form(request, [found])
    if form.is_valid():
        try:
            heir = form.cleaned_data.get("heir", "")
            actions.delete_agent(actor=request.user.actor(), agent=public_id, heir=heir)
            return done(request, AGENT.home, _("%(name)s was deleted.") % {"name": found.nickname})
        except (actions.RoleAbove, actions.OwnAccount, actions.LastOwner) as refusal:
            return done(request, AGENT.address_of(found), str(refusal), "bad")
    content = {
        "heading": _("Delete %(name)s?") % {"name": found.nickname},
        "text": _("The agent is signed out at once and can no longer sign in, and the number is free again."),
        "details": [_("The history keeps the name."), *form.load_lines],
        "action": request.path,
        "submit": _("Delete"),
        "back": AGENT.address_of(found),
    }
    return form_page(request, "console/confirm.html", form, content, fragment=QUESTION)


def _asked_about(request: TenantRequest, public_id: str) -> Agent:
    """The agent of a question; raises the refusal that every answer would get."""
    found = queries.agent(public_id)
    if request.method != "POST" and is_above(found, request.user.actor()):
        raise actions.RoleAbove
    return found
