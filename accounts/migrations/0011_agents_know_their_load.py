"""Agents know how many conversations they hold, and an index has those with room in the order of "least busy"."""

from django.db import migrations, models
from django.db.models.functions import Cast


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_saved_views")]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="load",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddIndex(
            model_name="agent",
            index=models.Index(
                models.F("tenant"),
                models.ExpressionWrapper(
                    Cast("load", models.FloatField()) / models.F("max_concurrent"), output_field=models.FloatField()
                ),
                models.OrderBy(models.F("last_assigned_at"), nulls_first=True),
                models.F("id"),
                condition=models.Q(("is_active", True), ("load__lt", models.F("max_concurrent")), ("status", "online")),
                name="accounts_agent_ready",
            ),
        ),
    ]
