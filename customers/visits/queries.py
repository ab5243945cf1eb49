"""Reads of visits."""

from collections.abc import Collection

from core.live.wire import milliseconds
from customers.models import Customer, PageView
from customers.visits.rules import of_last_visit


def last_seen_of(customer_ids: Collection[int]) -> dict[int, int | None]:
    """Customer → when a page of theirs sent something last, or was connected, in milliseconds."""
    known = Customer.objects.filter(pk__in=customer_ids).values_list("pk", "last_seen_at")
    return {pk: milliseconds(at) for pk, at in known}


def trail_of(customer_id: int) -> list[PageView]:
    """The pages of the customer's last visit, newest first."""
    return of_last_visit(list(PageView.objects.filter(customer=customer_id).order_by("-at", "-pk")))
