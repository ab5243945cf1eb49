"""A customer as agents' scripts get it (docs/protocol.md, "Objects")."""

from collections.abc import Sequence
from typing import Any

from customers.models import Customer, Tag
from customers.profiles.forms import FIELDS
from customers.tags.wire import tag_object


def customer_object(customer: Customer, tags: Sequence[Tag]) -> dict[str, Any]:
    """`name` is the one that agents see, `own_name` the customer's; `fields` has the columns of each field by name.
    `attributes` is the place of what a company defines itself; nothing yet."""
    return {
        "id": customer.public_id,
        "name": customer.shown_name,
        "own_name": customer.name,
        "fields": {field: {name: getattr(customer, name) for name in names} for field, names in FIELDS.items()},
        "tags": [tag_object(tag) for tag in tags],
        "attributes": {},
    }
