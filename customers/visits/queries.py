"""Reads of visits."""

from customers.models import PageView
from customers.visits.rules import of_last_visit


def trail_of(customer_id: int) -> list[PageView]:
    """The pages of the customer's last visit, newest first."""
    return of_last_visit(list(PageView.objects.filter(customer=customer_id).order_by("-at", "-pk")))
