"""Updating a customer's visit data."""

from collections.abc import Mapping
from typing import Any

from core import clock
from core.web.addresses import valid_address
from customers.models import Customer


def remember_visit(*, customer_id: int, **values: str) -> None:
    """Stores what a visitor's browser sent (`columns_of`), and the time."""
    Customer.objects.filter(pk=customer_id).update(last_seen_at=clock.now(), **columns_of(values))


def columns_of(values: Mapping[str, str]) -> dict[str, Any]:
    """The non-empty values that a browser sent (page, language, address …), each cut to its column. An invalid address
    is null."""
    columns = {
        name: getattr(Customer._meta.get_field(name), "max_length", None) for name in values if name != "address"
    }
    known: dict[str, Any] = {name: values[name][:length] for name, length in columns.items() if values[name]}
    if "address" in values:
        known["address"] = valid_address(values["address"])
    return known
