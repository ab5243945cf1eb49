"""When a customer was last seen, and where."""

from typing import Any

from core import clock
from core.web.addresses import valid_address
from customers.models import Customer


def remember_visit(*, customer_id: int, **facts: str) -> None:
    """What a visitor's browser says of itself and its page; each cut to its column."""
    columns = {name: getattr(Customer._meta.get_field(name), "max_length", None) for name in facts if name != "address"}
    known: dict[str, Any] = {name: facts[name][:length] for name, length in columns.items() if facts[name]}
    if "address" in facts:
        known["address"] = valid_address(facts["address"])
    Customer.objects.filter(pk=customer_id).update(last_seen_at=clock.now(), **known)
