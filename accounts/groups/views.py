"""Console pages of groups and their members."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.agents import leaving, memberships
from accounts.agents import queries as agent_queries
from accounts.agents.actions import RoleAbove
from accounts.agents.subject import NUMBER
from accounts.audit.exporting import export_of
from accounts.groups import actions, queries, uses
from accounts.groups.filters import MemberFilter
from accounts.groups.forms import GroupForm, WeightForm
from accounts.groups.subject import GROUP
from accounts.groups.tabs import page_context, what_serves
from accounts.models import Agent, Group, Membership
from accounts.roles.queries import ROLE_ORDER
from core.console.flash import Level
from core.console.listing import Listing, list_page
from core.console.ordering import AlphabeticalOrder
from core.console.pages import done, page, safe_next, ticked
from core.console.subject import delete_of, edit_of, list_of, new_of
from core.web.request import TenantRequest

MEMBER_NUMBER = f"agent__{NUMBER}"
MEMBER_SORTS: dict[str, tuple[Any, ...]] = {
    "number": (MEMBER_NUMBER,),
    "nickname": (AlphabeticalOrder("nickname"), MEMBER_NUMBER),
    "status": ("status_order", MEMBER_NUMBER),
    "weight": ("weight", MEMBER_NUMBER),
}
OUTSIDE_SORTS: dict[str, tuple[Any, ...]] = {
    "number": (NUMBER,),
    "nickname": (AlphabeticalOrder("nickname"), NUMBER),
    "role": (*ROLE_ORDER, NUMBER),
    "groups": (AlphabeticalOrder("first_group").asc(nulls_last=True), NUMBER),
}


@require_GET
def groups_page(request: TenantRequest) -> HttpResponseBase:
    """The list."""
    return list_of(GROUP, request, context=what_serves())


@require_POST
def groups_export(request: TenantRequest) -> HttpResponseBase:
    """The list as an Excel file."""
    return export_of(GROUP, request)


@require_http_methods(["GET", "POST"])
def group_new(request: TenantRequest) -> HttpResponseBase:
    """The page of a new group; continues with its members."""

    def to_its_members(made: Group) -> tuple[str, str]:
        return reverse("accounts:members", args=[made.public_id]), _("Saved. Now choose its members.")

    return new_of(GROUP, request, form=GroupForm, add=actions.add_group, then=to_its_members)


@require_http_methods(["GET", "POST"])
def group(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The page of one group."""
    return edit_of(
        GROUP,
        request,
        public_id,
        form=GroupForm.of,
        change=actions.change_group,
        context=lambda found: page_context(request, found),
    )


@require_http_methods(["GET", "POST"])
def group_delete(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """Asks, then deletes."""
    return delete_of(GROUP, request, public_id, delete=actions.delete_group, question=_question)


def _question(found: Group) -> dict[str, Any]:
    """The question: what loses the group; or, without a button, why it cannot be deleted."""
    if alone := uses.needed_by(found.pk):
        return {"text": str(actions.StillNeeded(alone)), "submit": ""}
    losing = uses.served_by(found.pk)
    text = (
        _("Its members stay, without this group. These service accounts lose it:")
        if losing
        else _("Its members stay, without this group.")
    )
    if alone := leaving.names_of(leaving.only_in_group(found)):
        notice = _("These agents are in no group then, and are given no new conversations: %(names)s")
        losing = [*losing, notice % {"names": leaving.name_list(alone)}]
    return {"text": text, "details": losing}


@require_GET
def members(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The members with their skill weights."""
    found = agent_queries.group(public_id)
    listing: Listing[Membership] = Listing(
        request, rows=queries.members_of(found.pk), filters=MemberFilter, sorts=MEMBER_SORTS, default="-weight"
    )
    context = page_context(request, found) | {"weights": WeightForm()}
    return list_page(request, listing, "accounts/groups/members.html", "accounts/groups/_members.html", context)


@require_GET
def members_new(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The agents who are not in the group, to be added."""
    found = agent_queries.group(public_id)
    listing: Listing[Agent] = Listing(
        request, rows=queries.outside(found.pk), filters=MemberFilter, sorts=OUTSIDE_SORTS, default="number"
    )
    crumbs = [
        (_("Agent groups"), reverse("accounts:groups")),
        (found.name, reverse("accounts:members", args=[public_id])),
        (_("Add members"), ""),
    ]
    context = {"group": found, "weights": WeightForm(), "breadcrumbs": crumbs}
    return list_page(request, listing, "accounts/groups/members_new.html", "accounts/groups/_members_new.html", context)


@require_http_methods(["GET", "POST"])
def members_bulk(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """Adds the ticked agents, sets their weight, or removes them; redirects to the list it came from, or after adding
    to the members.

    A GET (after signing in) is redirected too.
    """
    found = agent_queries.group(public_id)
    members_page = reverse("accounts:members", args=[public_id])
    back = safe_next(request, members_page)
    if request.method == "GET":
        return redirect(back)
    chosen = ticked(request)
    if not chosen:
        return done(request, back, _("Nothing was ticked."), "info")
    if question := _removal_question(request, found, chosen):
        form = leaving.ResubmitForm({"rows": chosen, "do": ["remove"], "next": [back], "sure": ["1"]})
        content = {**question, "form": form, "action": request.path, "back": back}
        return page(request, "console/confirm.html", content, fragment="parts/_confirm.html")
    try:
        notice = _members_changed(request, found, chosen)
        added = notice[1] == "ok" and back.startswith(reverse("accounts:members_new", args=[public_id]))
        return done(request, members_page if added else back, *notice)
    except RoleAbove as refusal:
        return done(request, back, str(refusal), "bad")


def _removal_question(request: TenantRequest, found: Group, chosen: list[str]) -> dict[str, Any] | None:
    """The question before agents would be in no group; None where it is not needed or was answered."""
    if request.POST.get("do") != "remove" or "sure" in request.POST:
        return None
    alone = leaving.without_a_group(request.user.actor(), found, chosen)
    notice = _("These agents are in no group then, and are given no new conversations: %(names)s")
    left = leaving.only_in_group(found).filter(public_id__in=chosen)
    held = [agent for agent in leaving.holding(list(left.values_list("pk", flat=True))) if alone and agent.load]
    return (
        {
            "heading": _("Remove from %(group)s?") % {"group": found.name},
            "text": notice % {"names": leaving.name_list(alone)},
            "details": [
                *(leaving.load_lines(held) if held else ()),
                _("They keep the conversations that they hold."),
            ],
            "submit": _("Remove from the group"),
        }
        if alone
        else None
    )


def _members_changed(request: TenantRequest, found: Group, chosen: list[str]) -> tuple[str, Level]:
    """Does it; returns the message and its level."""
    actor = request.user.actor()
    if request.POST.get("do") == "remove":
        gone = memberships.remove_members(actor=actor, group=found.public_id, agents=chosen)
        text = ngettext("%(number)d agent left the group.", "%(number)d agents left the group.", gone)
        return text % {"number": gone}, "ok"
    form = WeightForm(request.POST)
    if not form.is_valid():
        return _("A skill weight is a number from 0 to 100. Nothing was saved."), "bad"
    weight = form.cleaned_data["weight"]
    number = memberships.put_members(actor=actor, group=found.public_id, agents=chosen, weight=weight)
    text = ngettext(
        "%(number)d agent is in %(group)s with skill weight %(weight)d now.",
        "%(number)d agents are in %(group)s with skill weight %(weight)d now.",
        number,
    )
    return text % {"number": number, "group": found.name, "weight": weight}, "ok"
