"""Creating customers."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import clock
from customers.models import Customer


def create_customer(*, language: str) -> Customer:
    """Saves a new customer, named after its public id in `language` (the tenant's, as agents read the name)."""
    customer = Customer(first_seen_at=clock.now(), last_seen_at=clock.now())
    with translation.override(language):
        customer.name = str(_("Visitor %(code)s")) % {"code": customer.public_id[-4:]}
    customer.save()
    return customer
