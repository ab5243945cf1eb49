"""What changes service accounts: the faces that customers see, and which groups serve behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit import record as audit
from accounts.models import Group
from accounts.permissions import Permission
from accounts.settings.actions import forget
from accounts.tenants.locks import lock_tenant
from channels_app.models import ServiceAccount, ServingGroup
from channels_app.reception.places import account_place
from channels_app.service_accounts import avatars
from channels_app.service_accounts.avatars import check_avatar
from channels_app.service_accounts.queries import groups_behind, is_kept
from core import bus
from core.actors import Actor
from core.console.names import need_free
from core.errors import InUse, NotFound, Refusal, Stale
from core.events.service_accounts import ServingChanged
from core.rows import one_or_404
from core.tenancy.scope import current_tenant_id

KIND = "service_account"


class NobodyServes(Refusal):
    """A service account without a group would be a door that nobody answers."""

    code = "nobody_serves"
    text = _("Choose at least one group: otherwise nobody answers.")
    field = "groups"


class LastAccount(Refusal):
    """Every channel needs one."""

    code = "last_account"
    text = _("This is your only service account, and every channel needs one.")


class AccountInUse(InUse):
    """Channels show it."""

    code = "account_in_use"
    text = _("These channels use it: %(names)s. Give them another service account first.")


class AccountHasHistory(Refusal):
    """No channel uses it any more, but conversations do."""

    code = "account_has_history"
    text = _("Conversations in the history belong to it, so it stays. No channel uses it; nobody meets it.")


def lock_account(public_id: str, *, to_delete: bool = False) -> ServiceAccount:
    """The service account under its lock; raises `NotFound`.

    Conversations that begin hold on to the rows of account and channel: only a deletion waits for them, and they for
    it.
    """
    rows = ServiceAccount.objects.select_for_update(of=("self",), no_key=not to_delete)
    return one_or_404(rows.filter(public_id=public_id))


@transaction.atomic
def add_account(
    *, actor: Actor, name: str, show_agent_name: bool, groups: Collection[str], avatar: File[Any] | None = None
) -> ServiceAccount:
    """A new face. Raises `NameTaken`, `NobodyServes` or a refusal of `avatars`."""
    actor.require(Permission.MANAGE_CHANNELS)
    picture = _checked(avatar)
    lock_tenant()
    account = ServiceAccount(name=_free_name(name, None), show_agent_name=show_agent_name)
    found = _groups(groups)
    account.save()
    _serve(actor, account, found)
    if picture is not None:
        _take(account, picture)
    audit.record(
        actor=actor, action="service_account.added", kind=KIND, object_id=account.pk, name=account.name,
        before={}, after=audited(account),
    )  # fmt: skip
    return account


@transaction.atomic
def change_account(
    *,
    actor: Actor,
    account: str,
    version: int,
    name: str,
    show_agent_name: bool,
    groups: Collection[str],
    avatar: File[Any] | None = None,
    without_avatar: bool = False,
) -> ServiceAccount:
    """Name, picture, groups. Raises `Stale` where `version` is not the stored one, and the refusals of adding."""
    actor.require(Permission.MANAGE_CHANNELS)
    picture = _checked(avatar)
    lock_tenant()
    row = lock_account(account)
    if row.version != version:
        raise Stale
    before = audited(row)
    row.name, row.show_agent_name = _free_name(name, row), show_agent_name
    found = _groups(groups)
    row.version += 1
    row.save(update_fields=["name", "show_agent_name", "version"])
    _serve(actor, row, found)
    if picture is not None or without_avatar:
        _take(row, picture)
    _record_change(actor, row, before)
    return row


@transaction.atomic
def stop_serving(*, actor: Actor, group_id: int) -> None:
    """The group goes: part of its deletion, which has asked for its own permission, holds the tenant's lock and knows
    that each of these accounts has another group."""
    rows = ServiceAccount.objects.select_for_update(of=("self",), no_key=True)
    for row in rows.filter(serving_groups__group=group_id).order_by("pk"):
        before = audited(row)
        row.version += 1
        row.save(update_fields=["version"])
        _serve(actor, row, groups_behind(row).exclude(pk=group_id))
        _record_change(actor, row, before)


@transaction.atomic
def delete_account(*, actor: Actor, account: str) -> None:
    """Raises `AccountInUse`, `LastAccount` or `AccountHasHistory`."""
    actor.require(Permission.MANAGE_CHANNELS)
    lock_tenant()
    row = lock_account(account, to_delete=True)
    need_unused(row)
    before, pk, tenant_id = audited(row), row.pk, row.tenant_id
    forget(account_place(row))
    row.delete()
    audit.record(
        actor=actor, action="service_account.deleted", kind=KIND, object_id=pk, name=row.name, before=before, after={}
    )
    transaction.on_commit(lambda: avatars.discard(row.avatar, tenant_id=tenant_id))


def need_unused(row: ServiceAccount) -> None:
    """Raises what keeps it: `AccountInUse`, `LastAccount` or `AccountHasHistory`."""
    if channels := list(row.channels.order_by("name").values_list("name", flat=True)):
        raise AccountInUse(channels)
    if not ServiceAccount.objects.exclude(pk=row.pk).exists():
        raise LastAccount
    if is_kept(row):
        raise AccountHasHistory


def _record_change(actor: Actor, row: ServiceAccount, before: dict[str, Any]) -> None:
    audit.record(
        actor=actor, action="service_account.changed", kind=KIND, object_id=row.pk, name=row.name,
        before=before, after=audited(row),
    )  # fmt: skip


def audited(account: ServiceAccount) -> dict[str, Any]:
    """What the console edits, as the audit log keeps it."""
    return {
        "name": account.name,
        "avatar": account.avatar,
        "show_agent_name": account.show_agent_name,
        "groups": [group.name for group in groups_behind(account)],
    }


def _free_name(name: str, account: ServiceAccount | None) -> str:
    if account is None or name != account.name:
        others = ServiceAccount.objects.exclude(pk=account.pk) if account else ServiceAccount.objects.all()
        need_free(name, others.values_list("name", flat=True))
    return name


def _groups(public_ids: Collection[str]) -> list[Group]:
    found = list(Group.objects.filter(public_id__in=public_ids))
    if not found:
        raise NobodyServes
    if len(found) != len(set(public_ids)):
        raise NotFound
    return found


def _serve(actor: Actor, account: ServiceAccount, groups: Iterable[Group]) -> None:
    """Exactly these groups; where they are others than before, desks and dispatch are told."""
    serving = ServingGroup.objects.filter(service_account=account)
    known = set(serving.values_list("group_id", flat=True))
    wanted = {group.pk for group in groups}
    if wanted == known:
        return
    serving.exclude(group__in=wanted).delete()
    for group_id in sorted(wanted - known):
        ServingGroup.objects.create(service_account=account, group_id=group_id)
    bus.publish(ServingChanged(tenant_id=account.tenant_id, actor=actor, service_account_id=account.pk))


def _checked(avatar: File[Any] | None) -> avatars.Avatar | None:
    """Takes its time: to be called before anything is locked."""
    return check_avatar(avatar, tenant_id=current_tenant_id()) if avatar is not None else None


def _take(account: ServiceAccount, picture: avatars.Avatar | None) -> None:
    """The picture, or none; of the old and the new file exactly the one stays that the row names after all."""
    old, tenant_id = account.avatar, account.tenant_id
    new = avatars.keep(picture, tenant_id=tenant_id, account=account.public_id) if picture else ""
    try:
        account.avatar = new
        account.save(update_fields=["avatar"])
    except BaseException:
        avatars.discard(new, tenant_id=tenant_id)
        raise
    transaction.on_commit(lambda: avatars.discard(old, tenant_id=tenant_id))
