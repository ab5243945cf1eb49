"""Stars: customers whom agents marked for themselves."""

import django.db.models.functions.datetime
from django.db import migrations, models

import core.tenancy.models
from core.tenancy.tables import tenant_table


def reference(to: str) -> "models.ForeignKey[object, object]":
    return core.tenancy.models.TenantForeignKey(
        db_constraint=False, db_index=False, on_delete=models.CASCADE, related_name="+", to=to
    )


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_noted_by_agents"), ("accounts", "0012_lists_in_order")]

    operations = [
        migrations.CreateModel(
            "Star",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("agent", reference("accounts.agent")),
                ("customer", reference("customers.customer")),
                ("tenant", models.ForeignKey("accounts.tenant", models.CASCADE, db_index=False, related_name="+")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "agent", "customer"), name="star_once")],
                "indexes": [models.Index(fields=["tenant", "agent", "-since", "-id"], name="stars_of_agent")],
            },
        ),
        tenant_table("customers_star", {"agent_id": "accounts_agent", "customer_id": "customers_customer"}),
    ]
