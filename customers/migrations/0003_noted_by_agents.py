"""What agents note of customers, and tags. The columns have defaults in the database: processes of the version before
insert rows without them."""

from django.db import migrations, models

import core.tenancy.models
from core.tenancy.tables import tenant_table

LENGTHS = {
    "remark": 60,
    "phone": 40,
    "email": 254,
    "gender": 10,
    "country": 60,
    "province": 60,
    "city": 60,
    "note": 2000,
}
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
OPTIONS = {"abstract": False, "base_manager_name": "objects"}


def tenant() -> "models.ForeignKey[object, object]":
    return models.ForeignKey("accounts.tenant", models.CASCADE, db_index=False, related_name="+")


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_lists_in_order"), ("accounts", "0012_lists_in_order")]

    operations = [
        *(
            migrations.AddField(
                "customer", name, models.CharField(blank=True, db_default="", default="", max_length=length)
            )
            for name, length in LENGTHS.items()
        ),
        migrations.CreateModel(
            "Tag",
            [
                ("id", ID),
                ("public_id", models.CharField(default=core.tenancy.models.random_id, max_length=16, unique=True)),
                ("name", models.CharField(max_length=20)),
                (
                    "color",
                    models.CharField(
                        choices=[
                            ("grey", "Grey"),
                            ("blue", "Blue"),
                            ("green", "Green"),
                            ("amber", "Amber"),
                            ("red", "Red"),
                            ("violet", "Violet"),
                            ("teal", "Teal"),
                        ],
                        default="grey",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("tenant", tenant()),
            ],
            options=OPTIONS,
        ),
        migrations.CreateModel(
            "CustomerTag",
            [
                ("id", ID),
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
                    "tag",
                    core.tenancy.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="uses",
                        to="customers.tag",
                    ),
                ),
                ("tenant", tenant()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "customer", "tag"), name="tag_once_a_customer")
                ],
                "indexes": [models.Index(fields=["tenant", "tag"], name="customers_by_tag")],
            },
        ),
        tenant_table("customers_tag"),
        tenant_table("customers_customertag", {"customer_id": "customers_customer", "tag_id": "customers_tag"}),
    ]
