"""The table of a report's page, as it is drawn."""

from typing import Any


def table(answer: Any) -> list[tuple[Any, list[Any]]]:
    """Of each row what it is about, and its numbers."""
    listing = answer.context["listing"]
    return [(each["row"].about or each["row"].name, _numbers(answer, each)) for each in listing.page]


def totals(answer: Any) -> list[Any]:
    """The numbers of the last row."""
    return _numbers(answer, answer.context["totals"])


def _numbers(answer: Any, row: Any) -> list[Any]:
    _head, *columns = answer.context["columns"]
    return [column.value_of(row) for column in columns]
