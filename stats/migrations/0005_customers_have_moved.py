"""Customers are a table of `customers`; in the database the references followed it."""

import django.db.models.deletion
from django.db import migrations

import core.tenancy.models


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_from_accounts"), ("stats", "0004_groups_and_answers_after_hand_over")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "conversationfact",
                    "customer",
                    core.tenancy.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                migrations.AlterField(
                    "agentfact",
                    "customer",
                    core.tenancy.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ]
        )
    ]
