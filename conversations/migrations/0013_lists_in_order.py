"""The history in each of its orders, and of an agent since a day.

Two indexes of foreign keys go: others begin with tenant and key.
"""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import core.tenancy.models


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
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                models.F("tenant"),
                models.OrderBy(
                    models.ExpressionWrapper(
                        django.db.models.expressions.CombinedExpression(
                            models.F("ended_at"), "-", models.F("opened_at")
                        ),
                        output_field=models.DurationField(),
                    ),
                    nulls_last=True,
                ),
                models.F("id"),
                name="conversation_by_duration",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                models.F("tenant"),
                models.OrderBy(
                    models.ExpressionWrapper(
                        django.db.models.expressions.CombinedExpression(
                            models.F("ended_at"), "-", models.F("opened_at")
                        ),
                        output_field=models.DurationField(),
                    ),
                    descending=True,
                    nulls_last=True,
                ),
                models.OrderBy(models.F("id"), descending=True),
                name="conversation_by_duration_back",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                models.F("tenant"),
                models.OrderBy(
                    models.ExpressionWrapper(
                        django.db.models.expressions.CombinedExpression(
                            models.F("first_response_at"), "-", models.F("asked_at")
                        ),
                        output_field=models.DurationField(),
                    ),
                    nulls_last=True,
                ),
                models.F("id"),
                name="conversation_by_response",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                models.F("tenant"),
                models.OrderBy(
                    models.ExpressionWrapper(
                        django.db.models.expressions.CombinedExpression(
                            models.F("first_response_at"), "-", models.F("asked_at")
                        ),
                        output_field=models.DurationField(),
                    ),
                    descending=True,
                    nulls_last=True,
                ),
                models.OrderBy(models.F("id"), descending=True),
                name="conversation_by_response_back",
            ),
        ),
        migrations.AddIndex(
            model_name="participation",
            index=models.Index(
                fields=["tenant", "agent", "began_at", "conversation"], name="participation_of_agent_since"
            ),
        ),
    ]
