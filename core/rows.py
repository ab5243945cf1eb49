"""Look-ups by public id that end in a row or `NotFound`, whether others refer to a row, and statements of our own."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db import connection
from django.db.models import (
    PROTECT,
    BooleanField,
    Exists,
    ExpressionWrapper,
    ManyToOneRel,
    Model,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.expressions import Combinable

from core.errors import NotFound
from core.tenancy.models import PUBLIC_ID_LENGTH
from core.tenancy.scope import current_tenant_id

M = TypeVar("M", bound=Model)


def valid_id(public_id: str) -> str:
    """The id, or "" where it is longer than any id can be, which the database would refuse."""
    return public_id if len(public_id) <= PUBLIC_ID_LENGTH else ""


def one_or_404(rows: "QuerySet[M]") -> M:
    """The first row of the query; raises `NotFound` where there is none."""
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def referenced(model: type[Model]) -> Combinable:
    """Whether rows protected from deletion (such as conversations) refer to a row. By the models'
    relations, so that no app has to know who refers to its rows."""
    found = [
        Exists(relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")}))
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel) and relation.on_delete is PROTECT
    ]
    return ExpressionWrapper(reduce(or_, found, Q(pk__in=())), BooleanField())


def is_referenced(row: Model) -> bool:
    """The same of one row."""
    return type(row)._default_manager.filter(referenced(type(row)), pk=row.pk).exists()


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
