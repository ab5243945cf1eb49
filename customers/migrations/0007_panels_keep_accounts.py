"""A service account beside which a tool panel stands is not deleted."""

from django.db import migrations, models

import core.tenancy.models


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_tool_panels")]

    operations = [
        migrations.AlterField(
            "toolpanelaccount",
            "service_account",
            core.tenancy.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=models.PROTECT,
                related_name="+",
                to="channels_app.serviceaccount",
            ),
        ),
    ]
