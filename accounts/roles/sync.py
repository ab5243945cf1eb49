"""Synchronises the built-in roles, which are code (`accounts/permissions.py`), with the tables.

Roles of other codes are the tenants' own data and are not changed.
"""

from collections.abc import Mapping

from django.db import transaction
from django.utils import translation

from accounts.models import Role, Tenant
from accounts.permissions import BUILT_IN_ROLES
from core import bus
from core.actors import SYSTEM
from core.events.roles import RoleChanged
from core.tenancy.scope import current_tenant_id, tenant_scope, unscoped


def sync_built_in_roles() -> int:
    """Updates the built-in roles of all tenants; returns the number of tenants that were changed.

    Safe to run concurrently: each tenant's roles are compared again under their locks.
    """
    changed = _tenants_with_others()
    for tenant_id, language in changed.items():
        with tenant_scope(tenant_id), translation.override(language), transaction.atomic():
            add_built_in_roles()
            _change_built_in_roles()
    return len(changed)


def add_built_in_roles() -> None:
    """Adds those that the current tenant lacks, named in the current language."""
    Role.objects.bulk_create(
        [
            Role(tenant_id=current_tenant_id(), code=code, name=str(name), permissions=sorted(permissions))
            for code, (name, permissions) in BUILT_IN_ROLES.items()
        ],
        ignore_conflicts=True,
    )


def _wanted() -> dict[str, frozenset[str]]:
    return {code: frozenset(map(str, permissions)) for code, (_name, permissions) in BUILT_IN_ROLES.items()}


def _tenants_with_others() -> Mapping[int, str]:
    """Tenants with a missing or different built-in role, with their languages."""
    found: dict[int, dict[str, frozenset[str]]] = {}
    with unscoped(reason="a new version is every company's"):
        languages = dict(Tenant.objects.order_by("pk").values_list("pk", "language"))
        roles = Role.objects.filter(code__in=BUILT_IN_ROLES)
        for tenant_id, code, permissions in roles.values_list("tenant_id", "code", "permissions"):
            found.setdefault(tenant_id, {})[code] = frozenset(permissions)
    wanted = _wanted()
    return {pk: language for pk, language in languages.items() if found.get(pk) != wanted}


def _change_built_in_roles() -> None:
    for role in Role.objects.select_for_update(no_key=True).filter(code__in=BUILT_IN_ROLES).order_by("pk"):
        before, after = frozenset(role.permissions), _wanted()[role.code]
        if before == after:
            continue
        role.permissions = sorted(after)
        role.save(update_fields=["permissions"])
        bus.publish(
            RoleChanged(
                tenant_id=role.tenant_id,
                actor=SYSTEM,
                role_id=role.pk,
                gained=tuple(sorted(after - before)),
                lost=tuple(sorted(before - after)),
            )
        )
