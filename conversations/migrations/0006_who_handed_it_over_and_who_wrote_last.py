"""Who handed a conversation over that its new holder has not opened, and which agent wrote the last message."""

from typing import Any

from django.db import migrations, models

from core.tenancy.scope import unscoped

FILL = """
update conversations_conversation c set last_author_id = m.author_id
from conversations_message m
where c.state <> 'ended' and m.tenant_id = c.tenant_id and m.conversation_id = c.id and m.seq = c.last_seq
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """The open ones; who wrote last in one that is over is not asked."""
    with unscoped(reason="a migration fills a column of every tenant"), schema_editor.connection.cursor() as cursor:
        cursor.execute(FILL)


class Migration(migrations.Migration):
    dependencies = [("conversations", "0005_groups_are_kept_and_answers_answer")]

    operations = [
        migrations.AddField(
            "conversation", "handed_by", models.CharField(max_length=60, blank=True, default="", db_default="")
        ),
        migrations.AddField("conversation", "last_author_id", models.BigIntegerField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
