"""Saved views of lists."""

from django.db import models

from accounts.models.agents import Agent
from core.tenancy.models import TenantForeignKey, TenantModel, random_id


class SavedView(TenantModel):
    """A filter and order of a list, saved under a name by an agent. `list_name` is the list's URL name, `query` the
    query string of its address, "?" for none. The list opens with the default one."""

    public_id = models.CharField(max_length=16, default=random_id, unique=True)
    agent = TenantForeignKey(Agent, on_delete=models.CASCADE, related_name="saved_views")
    list_name = models.CharField(max_length=60)
    name = models.CharField(max_length=30)
    query = models.CharField(max_length=1000)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "agent", "list_name", "name"], name="accounts_saved_view_once"),
            models.UniqueConstraint(
                fields=["tenant", "agent", "list_name"],
                condition=models.Q(is_default=True),
                name="accounts_one_default_view",
            ),
        ]

    def __str__(self) -> str:
        return self.name
