"""Rows as others ask for them: by a public id, and there or not found."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from core.errors import NotFound
from core.tenancy.models import PUBLIC_ID_LENGTH

M = TypeVar("M", bound=Model)


def valid_id(public_id: str) -> str:
    """The id, if it can be one; the database would complain about a longer one."""
    return public_id if len(public_id) <= PUBLIC_ID_LENGTH else ""


def one_or_404(rows: "QuerySet[M]") -> M:
    """The one row; raises `NotFound`."""
    found = rows.first()
    if found is None:
        raise NotFound
    return found
