"""The history in each of its orders, and of an agent since a day.

Two indexes of foreign keys go: others begin with tenant and key.
"""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import core.tenancy.models


def _in_both_directions(name: str, begin: str, end: str) -> list[migrations.AddIndex]:
    """Indexes of how long it was, the shortest and the longest first; what has no end comes last in both."""
    long = models.ExpressionWrapper(models.F(end) - models.F(begin), output_field=models.DurationField())
    shortest, longest = long.asc(nulls_last=True), long.desc(nulls_last=True)
    made = (
        models.Index(models.F("tenant"), shortest, models.F("id"), name=name),
        models.Index(models.F("tenant"), longest, models.F("id").desc(), name=f"{name}_back"),
    )
    return [migrations.AddIndex(model_name="conversation", index=index) for index in made]


class Migration(migrations.Migration):
    dependencies = [("conversations", "0012_opened_from"), ("customers", "0002_lists_in_order")]

    operations = [
        migrations.RemoveIndex(
            model_name="participation",
            name="participation_of_agent",
        ),
        migrations.AlterField(
            model_name="conversation",
            name="agent",
            field=core.tenancy.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conversations",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="conversation",
            name="customer",
            field=core.tenancy.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conversations",
                to="customers.customer",
            ),
        ),
        *_in_both_directions("conversation_by_duration", "opened_at", "ended_at"),
        *_in_both_directions("conversation_by_response", "asked_at", "first_response_at"),
        migrations.AddIndex(
            model_name="participation",
            index=models.Index(
                fields=["tenant", "agent", "began_at", "conversation"], name="participation_of_agent_since"
            ),
        ),
    ]
