"""The time zone of a tenant."""


from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.agents.load import load
from accounts.models import Agent, AuditEntry, Status, Tenant
from accounts.permissions import Permission
from core.tenancy.scope import current_tenant_id
from core.live.wire import milliseconds



def tenant_zone() -> str:
    """The name of the time zone whose days the company counts."""
    return Tenant.objects.values_list("time_zone", flat=True).get(pk=current_tenant_id())


def zone_of_tenant() -> ZoneInfo:
    """The same, to reckon with."""
    return ZoneInfo(tenant_zone())
