"""Adding, changing and deleting service accounts, and which groups serve them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.changing import changing, changing_all, lock, lock_all, record_added, record_deleted
from accounts.models import Group
from accounts.permissions import Permission
from accounts.settings.actions import forget
from accounts.tenants.locks import lock_tenant
from channels_app.models import ServiceAccount, ServingGroup
from channels_app.reception.places import account_place
from channels_app.service_accounts import avatars
from channels_app.service_accounts.avatars import check_avatar
from channels_app.service_accounts.subject import SERVICE_ACCOUNT
from core import bus
from core.actors import Actor
from core.console.names import require_unused_name
from core.errors import InUse, NotFound, Refusal
from core.events.service_accounts import ServingChanged
from core.rows import is_referenced
from core.tenancy.scope import current_tenant_id


class NobodyServes(Refusal):
    """A service account needs at least one group."""

    code = "nobody_serves"
    text = _("Choose at least one group: otherwise nobody answers.")
    field = "groups"


class LastAccount(Refusal):
    """The tenant's only service account cannot be deleted: every channel needs one."""

    code = "last_account"
    text = _("This is your only service account, and every channel needs one.")


class AccountInUse(InUse):
    """Channels use the service account."""

    code = "account_in_use"
    text = _("These channels use it: %(names)s. Give them another service account first.")


class AccountHasHistory(Refusal):
    """Conversations or tool panels refer to the service account, though no channel uses it."""

    code = "account_has_history"
    text = _(
        "Conversations in the history or tool panels belong to it, so it stays. No channel uses it; nobody meets it."
    )


def lock_account(public_id: str) -> ServiceAccount:
    """The service account under its lock; raises `NotFound`.

    New conversations hold a share lock on the rows of account and channel, with which only `to_delete` conflicts.
    """
    found: ServiceAccount = lock(SERVICE_ACCOUNT, public_id)
    return found


@transaction.atomic
def add_account(
    *, actor: Actor, name: str, show_agent_name: bool, groups: Collection[str], avatar: File[Any] | None = None
) -> ServiceAccount:
    """Adds a service account served by the groups (public ids).

    Raises `Forbidden`, `NameTaken`, `NobodyServes`, `NotFound`, or a refusal of `avatars`.
    """
    actor.require(Permission.MANAGE_CHANNELS)
    picture = _checked(avatar)
    lock_tenant()
    require_unused_name(name, ServiceAccount.objects.all())
    found = _groups(groups)
    account = ServiceAccount.objects.create(name=name, show_agent_name=show_agent_name)
    _serve(actor, account, found)
    if picture is not None:
        _take(account, picture)
    record_added(SERVICE_ACCOUNT, account, actor=actor)
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
    """Sets name, groups and picture (`avatar`, or `without_avatar`); raises `Stale`, and as `add_account`."""
    actor.require(Permission.MANAGE_CHANNELS)
    picture = _checked(avatar)
    lock_tenant()
    with changing(SERVICE_ACCOUNT, actor=actor, public_id=account, version=version) as row:
        require_unused_name(name, ServiceAccount.objects.all(), row)
        row.name, row.show_agent_name = name, show_agent_name
        _serve(actor, row, _groups(groups))
        if picture is not None or without_avatar:
            _take(row, picture)
    changed: ServiceAccount = row
    return changed


@transaction.atomic
def stop_serving(*, actor: Actor, group_id: int) -> None:
    """Removes a deleted group from its service accounts, as part of the deletion, which has checked permission and the
    tenant's lock, and that each account has another group."""
    served = ServiceAccount.objects.filter(serving_groups__group=group_id)
    accounts = lock_all(SERVICE_ACCOUNT, served.values_list("public_id", flat=True))
    with changing_all(SERVICE_ACCOUNT, actor=actor, rows=accounts):
        ServingGroup.objects.filter(group=group_id, service_account__in=accounts).delete()
        _publish_serving(actor, accounts)


@transaction.atomic
def delete_account(*, actor: Actor, account: str) -> None:
    """Deletes an unused service account, with its overrides and picture. Raises `Forbidden`, `NotFound`,
    `AccountInUse`, `LastAccount` or `AccountHasHistory`."""
    actor.require(Permission.MANAGE_CHANNELS)
    lock_tenant()
    row = lock(SERVICE_ACCOUNT, account, to_delete=True)
    require_unused(row)
    record_deleted(SERVICE_ACCOUNT, row, actor=actor)
    forget(account_place(row))
    picture, tenant_id = row.avatar, row.tenant_id
    row.delete()
    transaction.on_commit(lambda: avatars.discard(picture, tenant_id=tenant_id))


def require_unused(row: ServiceAccount) -> None:
    """Raises `AccountInUse`, `LastAccount` or `AccountHasHistory` unless it can be deleted."""
    if channels := list(row.channels.order_by("name").values_list("name", flat=True)):
        raise AccountInUse(channels)
    if not ServiceAccount.objects.exclude(pk=row.pk).exists():
        raise LastAccount
    if is_referenced(row):
        raise AccountHasHistory


def _groups(public_ids: Collection[str]) -> list[Group]:
    found = list(Group.objects.filter(public_id__in=public_ids))
    if not found:
        raise NobodyServes
    if len(found) != len(set(public_ids)):
        raise NotFound
    return found


def _serve(actor: Actor, account: ServiceAccount, groups: Iterable[Group]) -> None:
    """Sets the serving groups; where they change, publishes `ServingChanged`."""
    serving = ServingGroup.objects.filter(service_account=account)
    known = set(serving.values_list("group_id", flat=True))
    wanted = {group.pk for group in groups}
    if wanted == known:
        return
    serving.exclude(group__in=wanted).delete()
    for group_id in sorted(wanted - known):
        ServingGroup.objects.create(service_account=account, group_id=group_id)
    _publish_serving(actor, [account])


def _publish_serving(actor: Actor, accounts: Iterable[ServiceAccount]) -> None:
    bus.publish_all(
        [ServingChanged(tenant_id=each.tenant_id, actor=actor, service_account_id=each.pk) for each in accounts]
    )


def _checked(avatar: File[Any] | None) -> avatars.Avatar | None:
    """The validated picture. Slow: call it before anything is locked."""
    return check_avatar(avatar, tenant_id=current_tenant_id()) if avatar is not None else None


def _take(account: ServiceAccount, picture: avatars.Avatar | None) -> None:
    """Sets the picture or none; after commit or rollback only the file that the row names stays."""
    old, tenant_id = account.avatar, account.tenant_id
    new = avatars.keep(picture, tenant_id=tenant_id, account=account.public_id) if picture else ""
    try:
        account.avatar = new
        account.save(update_fields=["avatar"])
    except BaseException:
        avatars.discard(new, tenant_id=tenant_id)
        raise
    transaction.on_commit(lambda: avatars.discard(old, tenant_id=tenant_id))
