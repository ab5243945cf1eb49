"""The built-in roles of companies that are there: supervisors look after channels too, and what sets an owner apart has
a name of its own."""

from typing import Any

from django.db import migrations

from core.tenancy.scope import unscoped

GIVEN = (("supervisor", "operation.manage_channels"), ("owner", "operation.manage_owners"))
GIVE = """
update accounts_role set permissions = array(select unnest(array_append(permissions, %(permission)s)) order by 1)
where code = %(code)s and not %(permission)s = any(permissions)
"""
TAKE = "update accounts_role set permissions = array_remove(permissions, %(permission)s) where code = %(code)s"


def run(sql: str, schema_editor: Any) -> None:
    """For the roles of all tenants."""
    with unscoped(reason="a migration changes every tenant's roles"), schema_editor.connection.cursor() as cursor:
        for code, permission in GIVEN:
            cursor.execute(sql, {"code": code, "permission": permission})


def give(apps: Any, schema_editor: Any) -> None:
    """As a company that opens today has them."""
    run(GIVE, schema_editor)


def take(apps: Any, schema_editor: Any) -> None:
    """As before."""
    run(TAKE, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_groups_are_not_shown_yet")]

    operations = [migrations.RunPython(give, take)]
