"""Look-ups by public id that end in a row or `NotFound`, and whether others refer to a row."""

from functools import reduce
from operator import or_
from typing import NamedTuple, TypeVar

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

M = TypeVar("M", bound=Model)


class Named(NamedTuple):
    """A row of which only the name is known."""

    name: str


def valid_id(public_id: str) -> str:
    """The id, or "" where it is longer than any id can be, or has a NUL in it, which the database would refuse."""
    return public_id if len(public_id) <= PUBLIC_ID_LENGTH and "\0" not in public_id else ""


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
