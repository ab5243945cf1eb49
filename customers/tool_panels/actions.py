"""Adding, changing and deleting tool panels, and their secrets."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.changing import (
    changing_all,
    changing_named,
    delete,
    lock,
    lock_all,
    record_act,
    record_added,
    save,
)
from accounts.models import Group
from accounts.tenants.locks import lock_tenant
from channels_app.models import ServiceAccount
from core.actors import Actor
from core.console.names import require_unused_name
from core.errors import NotFound, Refusal
from customers.models import ToolPanel, ToolPanelAccount, ToolPanelGroup
from customers.tool_panels.subject import TOOL_PANEL
from customers.tool_panels.tickets import new_secret, sealed

MAX_PANELS = 20  # of a company: each origin stands in a header of the desk


class TooManyPanels(Refusal):
    """The company has `MAX_PANELS` panels."""

    code = "too_many_panels"
    text = _("There are 20 tool panels already. Delete one first.")


@dataclass(frozen=True)
class PanelInput:
    """A panel's values in the console. `groups` and `accounts` (public ids) narrow who sees it; empty: no limit."""

    name: str
    url: str
    height: int
    sort: int
    shares_contact: bool
    groups: Collection[str] = ()
    accounts: Collection[str] = ()


@transaction.atomic
def add_panel(*, actor: Actor, values: PanelInput) -> ToolPanel:
    """A new one, without a secret. Raises `Forbidden`, `NameTaken`, `NotFound` and `TooManyPanels`."""
    actor.require(TOOL_PANEL.permission)
    lock_tenant()
    require_unused_name(values.name, ToolPanel.objects.all())
    if ToolPanel.objects.count() >= MAX_PANELS:
        raise TooManyPanels
    panel = ToolPanel()
    _assign(panel, values)
    panel.save()
    _show(panel, values)
    record_added(TOOL_PANEL, panel, actor=actor)
    return panel


@transaction.atomic
def change_panel(*, actor: Actor, tool_panel: str, version: int, values: PanelInput) -> None:
    """Raises `Stale`, and as `add_panel`."""
    with changing_named(TOOL_PANEL, actor=actor, public_id=tool_panel, version=version, name=values.name) as row:
        _assign(row, values)
        _show(row, values)


@transaction.atomic
def delete_panel(*, actor: Actor, tool_panel: str) -> None:
    """Removes it; its secret signs nothing any more."""
    delete(TOOL_PANEL, actor=actor, public_id=tool_panel)


@transaction.atomic
def stop_showing(*, actor: Actor, group_id: int) -> None:
    """Takes a deleted group from the panels that it sees, as part of the deletion, which has checked permission and the
    tenant's lock, and that each of them has another group: without any, all agents would see it."""
    seen = ToolPanel.objects.filter(shown_to__group=group_id)
    panels = lock_all(TOOL_PANEL, seen.values_list("public_id", flat=True))
    with changing_all(TOOL_PANEL, actor=actor, rows=panels):
        ToolPanelGroup.objects.filter(group=group_id, panel__in=panels).delete()


@transaction.atomic
def renew_secret(*, actor: Actor, tool_panel: str) -> str:
    """A new secret, which is returned once and stored encrypted; the one before signs nothing from now on."""
    actor.require(TOOL_PANEL.permission)
    row: ToolPanel = lock(TOOL_PANEL, tool_panel)
    secret = new_secret()
    row.sealed_secret = sealed(secret)
    save(row, "sealed_secret")
    record_act(TOOL_PANEL, "secret_renewed", row, actor=actor, before={}, after={})
    return secret


def _assign(panel: ToolPanel, values: PanelInput) -> None:
    for name in ("name", "url", "height", "sort", "shares_contact"):
        setattr(panel, name, getattr(values, name))


def _show(panel: ToolPanel, values: PanelInput) -> None:
    groups = list(Group.objects.filter(public_id__in=values.groups))
    accounts = list(ServiceAccount.objects.filter(public_id__in=values.accounts))
    if len(groups) != len(set(values.groups)) or len(accounts) != len(set(values.accounts)):
        raise NotFound
    ToolPanelGroup.objects.filter(panel=panel).exclude(group__in=groups).delete()
    ToolPanelAccount.objects.filter(panel=panel).exclude(service_account__in=accounts).delete()
    for group in groups:
        ToolPanelGroup.objects.get_or_create(panel=panel, group=group)
    for account in accounts:
        ToolPanelAccount.objects.get_or_create(panel=panel, service_account=account)
