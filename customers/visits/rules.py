"""What a visit is. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Protocol, TypeVar

PAUSE = timedelta(minutes=30)  # a longer one between two pages ends a visit


class Viewed(Protocol):
    """Something at a time."""

    at: object


V = TypeVar("V")


def of_last_visit(views: Sequence[V]) -> list[V]:
    """Of page views, newest first, those without a longer pause between them than `PAUSE`."""
    breaks = (n for n, (later, earlier) in enumerate(pairwise(views), 1) if later.at - earlier.at > PAUSE)  # type: ignore[attr-defined]
    return list(views[: next(breaks, len(views))])
