"""The time zone of a tenant."""

from zoneinfo import ZoneInfo

from accounts.models import Tenant
from core.tenancy.scope import current_tenant_id


def tenant_zone() -> str:
    """The name of the current tenant's time zone, by which its days are counted."""
    return Tenant.objects.values_list("time_zone", flat=True).get(pk=current_tenant_id())


def zone_of_tenant() -> ZoneInfo:
    """`tenant_zone` as a `ZoneInfo`."""
    return ZoneInfo(tenant_zone())
