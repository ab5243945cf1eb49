"""Reads of the audit log."""


from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.agents.load import load
from accounts.models import Agent, AuditEntry, Status, Tenant
from accounts.permissions import Permission
from core.tenancy.scope import current_tenant_id
from core.live.wire import milliseconds



def last_change(kind: str, object_id: int) -> AuditEntry | None:
    """Who last changed what an object's own form shows; settings and passwords have forms of their own."""
    entries = AuditEntry.objects.filter(object_kind=kind, object_id=object_id)
    elsewhere = Q(action__startswith="setting.") | Q(action__endswith=".password_reset")
    return entries.exclude(elsewhere).order_by("-pk").first()
