"""The audit log."""

from django.db import models
from django.db.models.functions import Now

from core.console.ordering import AlphabeticalOrder
from core.tenancy.models import TenantModel


class AuditEntry(TenantModel):
    """Who changed what, when, from where, before → after. Append-only: the database refuses to change or remove one."""

    at = models.DateTimeField(db_default=Now())
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=60, blank=True)
    address = models.GenericIPAddressField(null=True)
    action = models.CharField(max_length=60)  # "agent.changed", as docs/console.md lists them
    object_kind = models.CharField(max_length=30)
    object_id = models.BigIntegerField(null=True)
    object_name = models.CharField(max_length=100, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "-at", "-id"], name="accounts_audit_by_time"),
            models.Index(
                models.F("tenant"),
                AlphabeticalOrder("actor_name"),
                models.F("at").desc(),
                "id",
                name="accounts_audit_by_actor",
            ),
            models.Index(fields=["tenant", "object_kind", "object_id", "-id"], name="accounts_audit_of_object"),
        ]
