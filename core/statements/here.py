"""Statements on Django's connection, where the ORM's would cost more than what they do: in the caller's scope, and in
its transaction if there is one."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model
from psycopg.pq import Format

from core.statements.prepared import Asked, answers, as_dictionaries, as_tuples
from core.tenancy.scope import current_tenant_id

Row = dict[str, Any]


def select(statement: str, **values: Any) -> list[Row]:
    """Rows of a statement, as dictionaries; `tenant` is among its values."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"tenant": current_tenant_id(), **values})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def look_up(statement: str, **values: Any) -> list[Row]:
    """The same, planned once for each connection: for statements that find all their rows by keys, whatever these are.
    Planning them takes longer than running them."""
    [rows] = _answers([Asked(statement, {"tenant": current_tenant_id(), **values})], as_dictionaries)
    return rows


def look_up_objects(statement: str, *models: type[Model], **values: Any) -> list[tuple[Any, ...]]:
    """Objects of such a statement, which selects the `columns_of` each of the models in turn. It needs no scope of a
    tenant, and its values are those that are given."""
    columns = [(model, *_loading(model)) for model in models]
    [rows] = _answers([Asked(statement, values)], as_tuples)
    return [tuple(_objects(columns, row)) for row in rows]


def fetch_here(*asked: Asked) -> list[list[Row]]:
    """The rows of each of such statements, which are sent together and answered together. Their values, rows of many,
    are not in the log of queries."""
    return _answers(asked, as_dictionaries, log_values=False)


def _answers(asked: Sequence[Asked], shape: Callable[..., Any], *, log_values: bool = True) -> list[list[Any]]:
    own: Any = connection
    own.close_if_health_check_failed()
    own.ensure_connection()
    with own.wrap_database_errors:
        own.enter_scope()
        if own.queries_logged:
            shown = [own.ops.compose_sql(*each) if log_values else each.statement for each in asked]
            own.queries_log.extend({"sql": sql, "time": "0.000"} for sql in shown)
        raw = own.connection
        with raw.lock:
            # As text, which Django's own converters read.
            rows: list[list[Any]] = raw.wait(answers(raw, asked, Format.TEXT, shape))
        return rows


@cache
def columns_of(model: type[Model], table: str) -> str:
    """All columns of a model, of a table that has this name in the statement."""
    return ", ".join(f'{table}."{field.column}"' for field in model._meta.concrete_fields)


@cache
def _loading(model: type[Model]) -> tuple[list[str], list[tuple[int, Any]]]:
    """Names of the fields, and what makes values of what the database has, by place."""
    fields = model._meta.concrete_fields
    loads = [(at, load) for at, field in enumerate(fields) for load in field.get_db_converters(connection)]
    return [field.attname for field in fields], loads


def _objects(columns: Any, row: Sequence[Any]) -> Any:
    at, alias = 0, DEFAULT_DB_ALIAS
    for model, names, loads in columns:
        values = list(row[at : at + len(names)])
        at += len(names)
        for place, load in loads:
            values[place] = load(values[place], None, connection)
        yield model.from_db(alias, names, values)


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
