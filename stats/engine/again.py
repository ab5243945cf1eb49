"""The last operation of a migration that gives facts a new column: what has happened is counted once more."""

from typing import Any

from django.db import migrations

from core.tenancy.scope import unscoped

COUNT_AGAIN = "update core_event set counted = false where name = 'conversation.opened'"


def counted_again() -> migrations.RunPython:
    """The first event of each conversation loses its mark, and the sweep of statistics makes its facts anew."""
    return migrations.RunPython(_count_again, migrations.RunPython.noop)


def _count_again(apps: Any, schema_editor: Any) -> None:
    with unscoped(reason="a migration lets every tenant be counted anew"), schema_editor.connection.cursor() as cursor:
        cursor.execute(COUNT_AGAIN)
