"""Base of every tenant's table: rows belong to a tenant, and queries need a scope."""

import secrets
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models.lookups import Exact

from core.tenancy.scope import NoTenant, current_scope, current_tenant_id

M = TypeVar("M", bound=models.Model)


PUBLIC_ID_LENGTH = 16
PUBLIC_ID = f"[A-Za-z0-9_-]{{1,{PUBLIC_ID_LENGTH}}}"


def random_id() -> str:
    """A public id: 96 random bits, URL-safe, not guessable from others."""
    return secrets.token_urlsafe(12)


class TenantManager(models.Manager[M]):
    """Only rows of the current tenant; raises `NoTenant` without a scope."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Filtered by the tenant of the scope; all rows in an `unscoped` block."""
        scope = current_scope()
        rows = super().get_queryset()
        if scope.unscoped:
            return rows
        if scope.tenant_id is None:
            raise NoTenant(f"{self.model.__name__} needs a tenant scope")
        return rows.filter(**{self.model.tenant_column: scope.tenant_id})  # type: ignore[attr-defined]


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """A reference to a row of the same tenant.

    The constraint is the composite `(tenant_id, x_id) → (tenant_id, id)` that `tenant_table` adds; Django's own
    single-column key would enforce less and cost a second look-up per insert.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **options: Any) -> None:
        options["db_constraint"] = False
        super().__init__(to, on_delete, **options)

    def get_extra_restriction(self, alias: str | None, related_alias: str) -> Any:
        """Joins are within the tenant: so the other table's indexes, which begin with it, serve order and ranges."""
        if alias is None:
            return None
        theirs: Any = self.remote_field.model._meta.get_field("tenant")
        ours: Any = self.model._meta.get_field("tenant")
        return Exact(theirs.get_col(alias), ours.get_col(related_alias))


class TenantModel(models.Model):
    """Base of every table except that of tenants."""

    tenant_column: ClassVar[str] = "tenant_id"
    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.CASCADE, related_name="+", db_index=False)

    objects: ClassVar[models.Manager[Self]] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Fills the tenant from the scope; otherwise Django's."""
        if not self.tenant_id:
            self.tenant_id = current_tenant_id()
        super().save(*args, **kwargs)
