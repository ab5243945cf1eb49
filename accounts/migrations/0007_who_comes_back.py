"""What a browser that comes brings an agent back to: not always online."""

from typing import Any

from django.db import migrations, models

from core.tenancy.scope import unscoped

CHOSEN = "update accounts_agent set returns_to = '' where not (status = 'offline' and status_set_by = 'system')"


def fill(apps: Any, schema_editor: Any) -> None:
    """Whom the grace had set offline before it remembered anything comes back online, as until now; nobody else."""
    with unscoped(reason="a migration fills a column of every tenant"), schema_editor.connection.cursor() as cursor:
        cursor.execute(CHOSEN)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_logs_only_grow")]

    operations = [
        migrations.AddField("agent", "returns_to", models.CharField(blank=True, default="online", max_length=10)),
        migrations.AddField("agent", "returns_reason", models.CharField(blank=True, max_length=30)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
