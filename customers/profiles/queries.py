"""Look-ups of customers."""

from collections.abc import Collection

from accounts.models import AuditEntry
from core.rows import one_or_404
from customers.models import Customer
from customers.profiles.visitor_tokens import VisitorToken


def customer_known_by(token: VisitorToken) -> Customer | None:
    """The customer of a visitor's token; None where it was revoked."""
    return Customer.objects.filter(pk=token.customer, token_generation=token.generation).first()


def customer_by_id(customer_id: int) -> Customer:
    """The customer; raises `NotFound`."""
    return one_or_404(Customer.objects.filter(pk=customer_id))


def last_noted_by(customer_id: int, columns: Collection[str]) -> str:
    """The name of who changed one of the columns last; "" where nobody did."""
    entries = AuditEntry.objects.filter(
        object_kind="customer", object_id=customer_id, after__has_any_keys=list(columns)
    ).order_by("-pk")
    return entries.values_list("actor_name", flat=True).first() or ""
