"""Tool panels: pages of the company's own beside the thread."""

from django.db import models

from accounts.models import Group
from channels_app.models import ServiceAccount
from core.tenancy.models import TenantForeignKey, TenantModel, random_id


class ToolPanel(TenantModel):
    """A page of the company that the desk shows in a sandboxed frame. A larger `sort` comes first; `height` is in
    pixels. `sealed_secret` (`tool_panels/tickets.py`) signs the context; empty until somebody asks for a secret."""

    public_id = models.CharField(max_length=16, default=random_id, unique=True)
    name = models.CharField(max_length=30)
    url = models.CharField(max_length=500)
    height = models.PositiveSmallIntegerField(default=320)
    sort = models.IntegerField(default=0)
    shares_contact = models.BooleanField(default=False)
    sealed_secret = models.CharField(max_length=300, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class ToolPanelGroup(TenantModel):
    """A group whose agents see the panel. Without any, all do."""

    panel = TenantForeignKey(ToolPanel, on_delete=models.CASCADE, db_index=False, related_name="shown_to")
    group = TenantForeignKey(Group, on_delete=models.CASCADE, db_index=False, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "panel", "group"], name="panel_group_once")]


class ToolPanelAccount(TenantModel):
    """A service account beside whose conversations the panel stands. Without any, beside all."""

    panel = TenantForeignKey(ToolPanel, on_delete=models.CASCADE, db_index=False, related_name="shown_beside")
    # Without its last one a panel would stand beside all conversations, so such an account stays.
    service_account = TenantForeignKey(ServiceAccount, on_delete=models.PROTECT, db_index=False, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "panel", "service_account"], name="panel_account_once")
        ]
