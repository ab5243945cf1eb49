"""The order of agents' numbers, worked out when they are stored."""

from django.db import migrations, models

import core.console.ordering


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_lists_in_order"), ("core", "0006_numbers_in_order")]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="number_order",
            field=models.GeneratedField(
                expression=core.console.ordering.NaturalOrder("number"),
                output_field=models.TextField(null=True),
                db_persist=True,
            ),
        ),
    ]
