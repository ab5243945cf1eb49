"""Making a customer; when one was last seen."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.audit.record import valid_address
from accounts.models import Customer
from core import clock


def create_customer(*, language: str) -> Customer:
    """A new customer, named after its public id, in the language of the agents who read it."""
    customer = Customer(first_seen_at=clock.now(), last_seen_at=clock.now())
    with translation.override(language):
        customer.name = str(_("Visitor %(code)s")) % {"code": customer.public_id[-4:]}
    customer.save()
    return customer


def remember_visit(*, customer_id: int, **facts: str) -> None:
    """What a visitor's browser says of itself and its page; each cut to its column."""
    columns = {name: getattr(Customer._meta.get_field(name), "max_length", None) for name in facts if name != "address"}
    known: dict[str, Any] = {name: facts[name][:length] for name, length in columns.items() if facts[name]}
    if "address" in facts:
        known["address"] = valid_address(facts["address"])
    Customer.objects.filter(pk=customer_id).update(last_seen_at=clock.now(), **known)
