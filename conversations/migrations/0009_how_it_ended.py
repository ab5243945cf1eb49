"""How a conversation ended has words of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0008_customers_have_moved")]

    operations = [
        migrations.AlterField(
            model_name="conversation",
            name="end_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("agent", "Agent"),
                    ("visitor", "Visitor"),
                    ("idle", "Nobody wrote for a long time"),
                    ("expired", "Waited too long"),
                ],
                max_length=10,
            ),
        )
    ]
