"""Customers in the order of their names: so the history is sorted."""

from django.db import migrations, models

import core.console.ordering


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_from_accounts"), ("core", "0005_names_in_order")]

    operations = [
        migrations.AlterModelOptions(
            name="customer",
            options={},
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                models.F("tenant"), core.console.ordering.AlphabeticalOrder("name"), name="customer_by_name"
            ),
        ),
    ]
