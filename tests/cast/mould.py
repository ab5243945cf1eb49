"""Rows that are made once in a run, by the product's own actions, and copied for each test.

A renewed copy has ids, public ids and times of its own, so that no test meets what another left behind in a process or
in Redis; all else is as it was made. A history, which names ids in its events, comes again to the letter. Copying takes
two statements, whatever was made.
"""

from collections.abc import Collection
from copy import deepcopy
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from core import clock
from core.tenancy.scope import unscoped

T = TypeVar("T")
Key = tuple[type[models.Model], Any]
Table = list[models.Model]


class Mould(Generic[T]):
    """All rows of some tenants, and a dataclass that names some of them (or holds dataclasses that do)."""

    def __init__(self, made: T, *, tenants: Collection[int], renewed: bool = True) -> None:
        self.made = made
        self.renewed = renewed
        self.tables = _tables_of(tenants)
        self.keys = {_key(row) for table in self.tables for row in table}
        self.reserve = ", ".join(_reserve(table) for table in self.tables)
        self.insert = "; ".join(self._insert(table) for table in self.tables)

    def copy(self) -> T:
        """The rows once more; keys between them are checked at the end of the transaction, so their order is free."""
        now = clock.now()
        with unscoped(reason="rows of several companies"), connection.cursor() as cursor:
            ids = self._new_ids(cursor) if self.renewed else {}
            rows = {_key(row): self._renewed(row, ids, now) for table in self.tables for row in table}
            fresh = [
                getattr(rows[_key(row)], field.attname)
                for table in self.tables
                for row in table
                for field in _columns(row)
                if self._differs(row, field)
            ]
            cursor.execute(self.insert, fresh)
        return cast(T, _named(self.made, rows))

    def _new_ids(self, cursor: Any) -> dict[Key, int]:
        cursor.execute(f"select {self.reserve}")
        return {
            _key(row): number
            for table, numbers in zip(self.tables, cursor.fetchone(), strict=True)
            for row, number in zip(table, numbers, strict=True)
        }

    def _insert(self, table: Table) -> str:
        """One statement for the rows of a table; a place is left open for each value that differs between copies."""
        columns = _columns(table[0])
        rows = [
            ", ".join("%s" if self._differs(row, field) else _literal(row, field) for field in columns) for row in table
        ]
        names = ", ".join(f'"{field.column}"' for field in columns)
        return f'insert into "{table[0]._meta.db_table}" ({names}) values {", ".join(f"({row})" for row in rows)}'

    def _differs(self, row: models.Model, field: "models.Field[Any, Any]") -> bool:
        if not self.renewed:
            return False
        value = getattr(row, field.attname)
        return field.primary_key or _target(row, field) in self.keys or _is_drawn(field) or isinstance(value, datetime)

    def _renewed(self, row: models.Model, ids: dict[Key, int], now: datetime) -> models.Model:
        """The row with everything that differs."""
        values = []
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            target = _key(row) if field.primary_key else _target(row, field)
            if not self._differs(row, field):
                value = deepcopy(value)  # a list of permissions that a test appends to is its own
            elif target in ids:
                value = ids[target]
            elif _is_drawn(field):
                value = field.get_default()
            elif isinstance(value, datetime):
                value = now
            values.append(value)
        return type(row).from_db(connection.alias, [field.attname for field in row._meta.concrete_fields], values)


def _tables_of(tenants: Collection[int]) -> list[Table]:
    """All rows of these tenants, by table."""
    tenant_tables = [model for model in apps.get_models() if hasattr(model, "tenant_column")]
    found = [
        list(model._base_manager.filter(**{f"{model.tenant_column}__in": tenants}).order_by("pk"))
        for model in tenant_tables
    ]
    return [rows for rows in found if rows]


def _columns(row: models.Model) -> list["models.Field[Any, Any]"]:
    """Those that are written; some the database works out itself."""
    return [field for field in row._meta.concrete_fields if not field.generated]


def _key(row: models.Model) -> Key:
    return type(row), row.pk


def _target(row: models.Model, field: "models.Field[Any, Any]") -> Key | None:
    """What a foreign key points at."""
    if not isinstance(field, models.ForeignKey):
        return None
    return field.related_model, getattr(row, field.attname)


def _is_drawn(field: "models.Field[Any, Any]") -> bool:
    """Whether each row gets a value of its own by chance, as public ids do."""
    return field.unique and field.has_default()


def _reserve(table: Table) -> str:
    """As many new ids as the table has rows."""
    name = table[0]._meta.db_table
    return f"array(select nextval(pg_get_serial_sequence('{name}', 'id')) from generate_series(1, {len(table)}))"


def _literal(row: models.Model, field: "models.Field[Any, Any]") -> str:
    value = field.get_db_prep_save(getattr(row, field.attname), connection)
    return sql.Literal(value).as_string(connection.connection).replace("%", "%%")


def _named(made: Any, rows: dict[Key, models.Model]) -> Any:
    """The same names for the new rows; a row that carried related ones with it does so again."""
    if isinstance(made, models.Model):
        row = rows[_key(made)]
        for name, related in made._state.fields_cache.items():
            row._state.fields_cache[name] = _named(related, rows)
        return row
    if is_dataclass(made):
        again: Any = type(made)
        return again(**{field.name: _named(getattr(made, field.name), rows) for field in fields(made)})
    if isinstance(made, list):
        return [_named(each, rows) for each in made]
    if isinstance(made, dict):
        return {name: _named(each, rows) for name, each in made.items()}
    return made
