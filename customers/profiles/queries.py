"""Look-ups of customers."""

from customers.models import Customer
from customers.profiles.visitor_tokens import VisitorToken


def customer_known_by(token: VisitorToken) -> Customer | None:
    """The customer of a visitor's token; None where it was revoked."""
    return Customer.objects.filter(pk=token.customer, token_generation=token.generation).first()
