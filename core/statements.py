"""Statements of our own, where the ORM's would cost more than what they do."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.db import connection
from django.db.models import Model

from core.tenancy.scope import current_tenant_id


def select(statement: str, **values: Any) -> list[dict[str, Any]]:
    """Rows of a statement in the current scope, as dictionaries; `tenant` is among its values."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"tenant": current_tenant_id(), **values})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def save_all(rows: Sequence[Model], *names: str) -> None:
    """Saves the named fields of rows of one table, in one statement whose text does not grow with them (`bulk_update`
    writes a `case` for each value)."""
    if not rows:
        return
    meta = rows[0]._meta
    fields: list[Any] = [meta.get_field(name) for name in ("id", *names)]
    columns = [f'"{field.column}"' for field in fields]
    given = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    changes = ", ".join(f"{column} = given.{column}" for column in columns[1:])
    table = f'"{meta.db_table}"'
    with connection.cursor() as cursor:
        cursor.execute(
            f"update {table} set {changes} from unnest({given}) as given ({', '.join(columns)})"  # noqa: S608 – our names
            f' where {table}."id" = given."id"',
            [[field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows] for field in fields],
        )


def as_json(rows: Sequence[Any]) -> str:
    """Rows as a parameter for `json_to_recordset`; dataclasses are rows, too."""
    return orjson.dumps(rows).decode()
