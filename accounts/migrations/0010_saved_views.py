"""Agents keep filters of lists under names."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.models
from core.tenancy.tables import tenant_table


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_customers_have_moved")]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=core.tenancy.models.random_id, max_length=16, unique=True),
                ),
                ("list_name", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=30)),
                ("query", models.CharField(max_length=1000)),
                ("is_default", models.BooleanField(default=False)),
                (
                    "agent",
                    core.tenancy.models.TenantForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to="accounts.agent",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.tenant",
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("tenant", "agent", "list_name", "name"), name="accounts_saved_view_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)),
                fields=("tenant", "agent", "list_name"),
                name="accounts_one_default_view",
            ),
        ),
        tenant_table("accounts_savedview", {"agent_id": "accounts_agent"}),
    ]
