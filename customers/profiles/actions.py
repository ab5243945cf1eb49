"""Creating customers."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import clock
from customers.models import Customer
from customers.visits.actions import columns_of


def create_customer(*, language: str, visit: Mapping[str, str] | None = None) -> Customer:
    """Saves a new customer, named after its public id in `language` (the tenant's, as agents read the name), with what
    the browser says of the first visit (as `remember_visit` takes it)."""
    now = clock.now()
    customer = Customer(first_seen_at=now, last_seen_at=now, **columns_of(visit or {}))
    with translation.override(language):
        customer.name = str(_("Visitor %(code)s")) % {"code": customer.public_id[-4:]}
    customer.save()
    return customer
