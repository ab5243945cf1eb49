"""Reads of tags."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.console.ordering import AlphabeticalOrder
from customers.models import CustomerTag, Tag


def with_use() -> QuerySet[Tag]:
    """All tags, each with the number of its customers as `used`, which is counted for the rows of a page only."""
    uses = CustomerTag.objects.filter(tag=OuterRef("pk")).values("tag").annotate(n=Count("pk")).values("n")
    return Tag.objects.annotate(used=Coalesce(Subquery(uses), 0))


def all_tags() -> list[Tag]:
    """All tags by name, to be chosen from."""
    return list(Tag.objects.order_by(AlphabeticalOrder("name")))


def tags_of(customer_id: int) -> list[Tag]:
    """The customer's tags by name."""
    return list(Tag.objects.filter(uses__customer_id=customer_id).order_by(AlphabeticalOrder("name")))
