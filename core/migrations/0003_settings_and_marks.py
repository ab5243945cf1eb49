"""Settings that places say, and the mark that statistics leave on each event."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from core.tenancy.tables import tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_console"),
        ("core", "0002_rings"),
    ]

    operations = [
        migrations.CreateModel(
            name="SettingValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.CharField(max_length=20)),
                ("object_id", models.BigIntegerField(default=0)),
                ("name", models.CharField(max_length=40)),
                ("value", models.JSONField()),
                ("locked", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "core_setting",
            },
        ),
        migrations.AddField(
            model_name="loggedevent",
            name="counted",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="loggedevent",
            index=models.Index(
                condition=models.Q(("counted", False)), fields=["tenant", "id"], name="core_event_uncounted"
            ),
        ),
        migrations.AddField(
            model_name="settingvalue",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="settingvalue",
            constraint=models.UniqueConstraint(
                fields=("tenant", "level", "object_id", "name"), name="core_setting_said_once"
            ),
        ),
        tenant_table("core_setting"),
    ]
