"""Tool panels."""

from django.db import migrations, models

import core.tenancy.models
from core.tenancy.tables import tenant_table

OPTIONS = {"abstract": False, "base_manager_name": "objects"}


def key() -> "models.BigAutoField[int, int]":
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def tenant() -> "models.ForeignKey[object, object]":
    return models.ForeignKey("accounts.tenant", models.CASCADE, db_index=False, related_name="+")


def reference(to: str, related: str) -> core.tenancy.models.TenantForeignKey:
    return core.tenancy.models.TenantForeignKey(
        db_constraint=False, db_index=False, on_delete=models.CASCADE, related_name=related, to=to
    )


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_pages"),
        ("accounts", "0012_lists_in_order"),
        ("channels_app", "0004_settings_are_said"),
    ]

    operations = [
        migrations.CreateModel(
            "ToolPanel",
            [
                ("id", key()),
                ("public_id", models.CharField(default=core.tenancy.models.random_id, max_length=16, unique=True)),
                ("name", models.CharField(max_length=30)),
                ("url", models.CharField(max_length=500)),
                ("height", models.PositiveSmallIntegerField(default=320)),
                ("sort", models.IntegerField(default=0)),
                ("shares_contact", models.BooleanField(default=False)),
                ("sealed_secret", models.CharField(blank=True, default="", max_length=300)),
                ("version", models.PositiveIntegerField(default=1)),
                ("tenant", tenant()),
            ],
            options=OPTIONS,
        ),
        migrations.CreateModel(
            "ToolPanelGroup",
            [
                ("id", key()),
                ("panel", reference("customers.toolpanel", "shown_to")),
                ("group", reference("accounts.group", "+")),
                ("tenant", tenant()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "panel", "group"), name="panel_group_once")]
            },
        ),
        migrations.CreateModel(
            "ToolPanelAccount",
            [
                ("id", key()),
                ("panel", reference("customers.toolpanel", "shown_beside")),
                ("service_account", reference("channels_app.serviceaccount", "+")),
                ("tenant", tenant()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "panel", "service_account"), name="panel_account_once")
                ]
            },
        ),
        tenant_table("customers_toolpanel"),
        tenant_table("customers_toolpanelgroup", {"panel_id": "customers_toolpanel", "group_id": "accounts_group"}),
        tenant_table(
            "customers_toolpanelaccount",
            {"panel_id": "customers_toolpanel", "service_account_id": "channels_app_serviceaccount"},
        ),
    ]
