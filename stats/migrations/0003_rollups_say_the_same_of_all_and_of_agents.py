"""A column of the rollups means the same on every row: until now two of them meant something else on rows of agents."""

from typing import Any

from django.db import migrations, models

from core.tenancy.scope import unscoped

OWN_NAMES = """
update stats_dayrollup set
  answered_conversations = case when agent_id is null then first_responses else human_conversations end,
  human_conversations = case when agent_id is null then human_conversations else conversations end
"""
DOUBLE_MEANING = """
update stats_dayrollup set human_conversations = answered_conversations where agent_id is not null
"""


def run(sql: str, schema_editor: Any) -> None:
    """For the rollups of all tenants."""
    with unscoped(reason="a migration changes every tenant's rollups"), schema_editor.connection.cursor() as cursor:
        cursor.execute(sql)


def divide(apps: Any, schema_editor: Any) -> None:
    """Each number under its own name."""
    run(OWN_NAMES, schema_editor)


def mix(apps: Any, schema_editor: Any) -> None:
    """As before."""
    run(DOUBLE_MEANING, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("stats", "0002_rings")]

    operations = [
        migrations.RenameField("dayrollup", "replied_conversations", "first_responses"),
        migrations.AddField(
            "dayrollup", "answered_conversations", models.PositiveIntegerField(default=0), preserve_default=False
        ),
        migrations.RunPython(divide, mix),
    ]
