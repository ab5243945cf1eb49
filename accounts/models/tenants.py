"""Tenants: the companies of an installation."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from core.tenancy.models import TenantManager


class Tenant(models.Model):
    """A company on this install. `code` is the part of a sign-in name behind the @."""

    tenant_column: ClassVar[str] = "id"
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    time_zone = models.CharField(max_length=40, default="Asia/Shanghai")
    language = models.CharField(max_length=10, default="zh-hans")
    max_upload_bytes = models.PositiveIntegerField(default=10 * 1024 * 1024)
    max_agents = models.PositiveIntegerField(default=500)  # the plan's quota: agents who are not deleted
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[models.Manager["Tenant"]] = TenantManager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.name
