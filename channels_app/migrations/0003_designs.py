"""Designs with drafts and versions, and where snippets were seen."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import core.tenancy.models
from core.tenancy.tables import tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_console"),
        ("channels_app", "0002_rings"),
    ]

    operations = [
        migrations.AddField(
            model_name="channel",
            name="design_version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="channel",
            name="draft",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="channel",
            name="icon",
            field=models.CharField(
                choices=[("chat", "Speech bubble"), ("headset", "Headset"), ("question", "Question mark")],
                default="chat",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="published_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="channel",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="serviceaccount",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.CharField(max_length=200)),
                ("page_url", models.CharField(blank=True, max_length=1000)),
                ("design_version", models.PositiveIntegerField(default=1)),
                ("is_allowed", models.BooleanField(default=True)),
                ("first_seen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("last_seen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "channel",
                    core.tenancy.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sightings",
                        to="channels_app.channel",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.tenant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "channel", "origin"), name="channels_sighting_once")
                ],
            },
        ),
        tenant_table("channels_app_sighting", {"channel_id": "channels_app_channel"}),
    ]
