"""Customers are a table of `customers`; in the database the references followed it."""

import django.db.models.deletion
from django.db import migrations

import core.tenancy.models


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_from_accounts"), ("conversations", "0007_ended_by_agent")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "conversation",
                    "customer",
                    core.tenancy.models.TenantForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversations",
                        to="customers.customer",
                    ),
                ),
            ]
        )
    ]
