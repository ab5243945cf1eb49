"""The trail of pages. Presence is written every half minute: pages of the table keep room for it, so that no index is
touched."""

from django.db import migrations, models

import core.tenancy.models
from core.tenancy.tables import tenant_table


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_stars")]

    operations = [
        migrations.CreateModel(
            "PageView",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("url", models.CharField(max_length=1000)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "customer",
                    core.tenancy.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey("accounts.tenant", models.CASCADE, db_index=False, related_name="+"),
                ),
            ],
            options={"indexes": [models.Index(fields=["tenant", "customer", "at"], name="pages_of_customer")]},
        ),
        tenant_table("customers_pageview", {"customer_id": "customers_customer"}),
        migrations.RunSQL("alter table customers_customer set (fillfactor = 80)", migrations.RunSQL.noop),
    ]
