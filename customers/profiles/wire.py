"""A customer as agents' scripts get it (docs/protocol.md, "Objects")."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from customers.models import Customer, Tag
from customers.profiles.forms import FIELDS
from customers.profiles.masking import MASKS, masked
from customers.tags.wire import tag_object


def customer_object(customer: Customer, tags: Sequence[Tag], *, hidden: Collection[str]) -> dict[str, Any]:
    """`name` is the one that agents see, `own_name` the customer's; `fields` has the columns of each field by name.
    Of `hidden` fields they are masked. `attributes` is the place of what a company defines itself; nothing yet."""
    return {
        "id": customer.public_id,
        "name": customer.shown_name,
        "own_name": customer.name,
        "fields": {
            field: shown_values(field, {name: getattr(customer, name) for name in names}, hidden)
            for field, names in FIELDS.items()
        },
        "hidden": sorted(hidden),
        "tags": [tag_object(tag) for tag in tags],
        "attributes": {},
    }


def shown_values(field: str, values: Mapping[str, str], hidden: Collection[str]) -> dict[str, str]:
    """The columns of a field, masked where it is hidden."""
    return {name: masked(field, value) if field in hidden else value for name, value in values.items()}


def contact_of(customer: Customer, hidden: Collection[str]) -> dict[str, str]:
    """The fields of `MASKS`, masked where they are hidden."""
    return {name: shown_values(name, {name: getattr(customer, name)}, hidden)[name] for name in MASKS}
