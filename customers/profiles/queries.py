"""Customers, as others find them."""

from channels_app.channels.visitor_tokens import VisitorToken
from customers.models import Customer


def customer_known_by(token: VisitorToken) -> Customer | None:
    """Whom a visitor's token names; None where it was revoked."""
    return Customer.objects.filter(pk=token.customer, token_generation=token.generation).first()
