"""Roles: sets of permissions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.permissions import BUILT_IN_ROLES
from core.tenancy.models import TenantModel


class Role(TenantModel):
    """A named set of permissions."""

    code = models.CharField(max_length=30)
    name = models.CharField(max_length=40)
    permissions = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="accounts_role_code_once")]

    def __str__(self) -> str:
        """A built-in role's name in the reader's language, any other's as stored."""
        return str(BUILT_IN_ROLES[self.code][0]) if self.code in BUILT_IN_ROLES else self.name
