"""Look-ups by public id that end in a row or `NotFound`."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from core.errors import NotFound
from core.tenancy.models import PUBLIC_ID_LENGTH

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
