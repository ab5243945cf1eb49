"""Service accounts, and the groups that serve them."""

from django.db import models

from accounts.models import Group
from core.tenancy.models import TenantForeignKey, TenantModel, random_id


class ServiceAccount(TenantModel):
    """客服账号: the identity that customers see. Reception is configured by settings (`reception/settings.py`)."""

    public_id = models.CharField(max_length=16, default=random_id, unique=True)
    name = models.CharField(max_length=30)
    avatar = models.CharField(max_length=200, blank=True)
    show_agent_name = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class ServingGroup(TenantModel):
    """A group of agents that serves a service account."""

    service_account = TenantForeignKey(ServiceAccount, on_delete=models.CASCADE, related_name="serving_groups")
    group = TenantForeignKey(Group, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "service_account", "group"], name="channels_serving_once")
        ]
