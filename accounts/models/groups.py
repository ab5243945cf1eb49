"""Agent groups and their members."""

from typing import ClassVar

from django.db import models

from accounts.models.agents import Agent
from core.tenancy.models import TenantForeignKey, TenantManager, TenantModel, random_id


class LivingGroups(TenantManager["Group"]):
    """Groups that are not deleted."""

    def get_queryset(self) -> models.QuerySet["Group"]:
        return super().get_queryset().filter(deleted_at=None)


class Group(TenantModel):
    """客服组: agents who serve together. A larger `sort` comes first. The manager `ever` includes deleted ones."""

    public_id = models.CharField(max_length=16, default=random_id, unique=True)
    name = models.CharField(max_length=30)
    sort = models.IntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True)  # the row stays: reports and history keep the name

    objects: ClassVar[models.Manager["Group"]] = LivingGroups()
    ever: ClassVar[models.Manager["Group"]] = TenantManager()

    class Meta:
        base_manager_name = "ever"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                condition=models.Q(deleted_at__isnull=True),
                name="accounts_group_name_once",
            )
        ]
        ordering = ["-sort", "id"]

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """An agent in a group; `weight` is the agent's skill there, 0–100."""

    agent = TenantForeignKey(Agent, on_delete=models.CASCADE, related_name="memberships")
    group = TenantForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    weight = models.PositiveSmallIntegerField(default=50)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "agent", "group"], name="accounts_member_once"),
            models.CheckConstraint(condition=models.Q(weight__lte=100), name="accounts_weight_at_most_100"),
        ]
