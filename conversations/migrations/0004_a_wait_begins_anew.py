"""How long somebody may wait counts from when they entered or returned to the queue; `queued_at` is the place alone."""

from typing import Any

from django.db import migrations, models

from core.tenancy.scope import unscoped

FILL = """
update conversations_conversation c set waiting_from = coalesce((
  select max(e.at) from core_event e
  where e.tenant_id = c.tenant_id and e.conversation_id = c.id and e.name = 'conversation.queued'
), c.queued_at)
where c.state = 'queued'
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """Those who wait now; whoever returns to the queue later is given a moment then."""
    with unscoped(reason="a migration fills a column of every tenant"), schema_editor.connection.cursor() as cursor:
        cursor.execute(FILL)


class Migration(migrations.Migration):
    dependencies = [("conversations", "0003_participation"), ("core", "0003_settings_and_marks")]

    operations = [
        migrations.AddField("conversation", "waiting_from", models.DateTimeField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
