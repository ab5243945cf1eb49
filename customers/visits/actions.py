"""When a customer was last seen, and where."""

from typing import Any

from core import clock
from core.web.addresses import valid_address
from customers.models import Customer


def remember_visit(*, customer_id: int, **values: str) -> None:
    """What a visitor's browser says of itself and its page; each cut to its column."""
    columns = {
        name: getattr(Customer._meta.get_field(name), "max_length", None) for name in values if name != "address"
    }
    known: dict[str, Any] = {name: values[name][:length] for name, length in columns.items() if values[name]}
    if "address" in values:
        known["address"] = valid_address(values["address"])
    Customer.objects.filter(pk=customer_id).update(last_seen_at=clock.now(), **known)
