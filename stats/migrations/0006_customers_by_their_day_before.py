"""Facts know the day of their customer's fact before them; distinct customers are kept by it, and parts of all agents
have sums of their own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.tenancy.models
from core.tenancy.tables import tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_agents_know_their_load"),
        ("customers", "0001_from_accounts"),
        ("stats", "0005_customers_have_moved"),
    ]

    operations = [
        migrations.AddField("conversationfact", "previous_day", models.DateField(null=True)),
        migrations.AddField("agentfact", "previous_day", models.DateField(null=True)),
        migrations.AddField("agentfact", "agent_previous_day", models.DateField(null=True)),
        migrations.AddIndex(
            "conversationfact",
            models.Index(fields=["tenant", "customer", "day", "conversation"], name="stats_fact_of_customer"),
        ),
        migrations.AddIndex(
            "agentfact",
            models.Index(fields=["tenant", "customer", "day", "conversation", "agent"], name="stats_part_of_customer"),
        ),
        migrations.AddField("dayrollup", "of_parts", models.BooleanField(default=False), preserve_default=False),
        migrations.RemoveConstraint("dayrollup", "stats_rollup_once"),
        migrations.AddConstraint(
            "dayrollup",
            models.UniqueConstraint(
                fields=["tenant", "day", "channel", "service_account", "of_parts", "agent"],
                nulls_distinct=False,
                name="stats_rollup_once",
            ),
        ),
        migrations.CreateModel(
            name="CustomerRollup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("of_parts", models.BooleanField()),
                ("previous_day", models.DateField(null=True)),
                ("customers", models.PositiveIntegerField()),
                (
                    "agent",
                    core.tenancy.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "day", "of_parts", "agent", "previous_day"),
                        name="stats_customers_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        tenant_table("stats_customerrollup", {"agent_id": "accounts_agent"}),
    ]
