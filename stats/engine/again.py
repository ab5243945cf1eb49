"""Migration helper for facts with a new column: all conversations are counted again."""

from typing import Any

from django.db import migrations

from core.tenancy.scope import unscoped

COUNT_AGAIN = "update core_event set counted = false where name = 'conversation.opened'"


def counted_again() -> migrations.RunPython:
    """A migration operation that unmarks the first event of each conversation; the sweep then recomputes its facts."""
    return migrations.RunPython(_count_again, migrations.RunPython.noop)


def _count_again(apps: Any, schema_editor: Any) -> None:
    with unscoped(reason="a migration has every tenant counted again"), schema_editor.connection.cursor() as cursor:
        cursor.execute(COUNT_AGAIN)
