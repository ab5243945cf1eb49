"""Many at once, where one that fails harms nobody else."""

import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

log = logging.getLogger(__name__)
AT_ONCE = 50  # rows in one transaction: others wait for their locks meanwhile
T = TypeVar("T")
R = TypeVar("R")


def batches(rows: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """The rows in their order, at most `size` at once."""
    several = iter(rows)
    while batch := list(islice(several, size)):
        yield batch


def together(act: Callable[[Sequence[T]], Sequence[R]], items: Sequence[T]) -> list[R | Exception]:
    """What `act`, one transaction, returns for each item, or why it failed.

    Where it fails for all of them each is tried alone, so that only the faulty one does.
    """
    if not items:
        return []
    try:
        return list(act(items))
    except Exception as error:  # noqa: BLE001 – where it is alone it is its sender's
        if len(items) == 1:
            return [error]
        why = type(error.__cause__ or error).__name__  # of the database's, which Django wraps, the more exact name
        log.warning("%d of %s are taken apart: %s", len(items), act.__name__, why)
        return [result for each in items for result in together(act, [each])]


def together_where(
    refusal_of: Callable[[T], Exception | None], act: Callable[[Sequence[T]], Sequence[R]], items: Sequence[T]
) -> list[R | Exception]:
    """`together` for those of the items that are not refused; for the others why they are."""
    refusals = [refusal_of(item) for item in items]
    results = iter(together(act, [item for item, refusal in zip(items, refusals, strict=True) if refusal is None]))
    return [refusal if refusal is not None else next(results) for refusal in refusals]


def for_each_batch(rows: Sequence[T], act: Callable[[Sequence[T]], int]) -> int:
    """Calls `act`, one transaction, with `AT_ONCE` rows at once, and with each alone where it fails; an error is
    logged and keeps no other row from its call. Returns the sum of its results."""
    return sum(_act_on(batch, act) for batch in batches(rows))


def _act_on(rows: Sequence[Any], act: Callable[[Sequence[Any]], int]) -> int:
    try:
        return act(rows)
    except Exception:
        log.exception("%s failed for %s", getattr(getattr(act, "func", act), "__name__", act), list(rows))
        return sum(_act_on([each], act) for each in rows) if len(rows) > 1 else 0
