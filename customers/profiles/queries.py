"""Look-ups of customers."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import QuerySet

from accounts.models import AuditEntry
from accounts.permissions import Permission
from core import clock
from core.actors import Actor
from core.rows import one_or_404
from customers.models import Customer
from customers.profiles.masking import MASKS
from customers.profiles.visitor_tokens import VisitorToken

CHANGED = "customer.changed"
REVEALED_FOR = timedelta(minutes=10)


def customer_known_by(token: VisitorToken) -> Customer | None:
    """The customer of a visitor's token; None where it was revoked."""
    return Customer.objects.filter(pk=token.customer, token_generation=token.generation).first()


def customer_by_id(customer_id: int) -> Customer:
    """The customer; raises `NotFound`."""
    return one_or_404(Customer.objects.filter(pk=customer_id))


def last_noted_by(customer_id: int, columns: Collection[str]) -> str:
    """The name of who changed one of the columns last; "" where nobody did."""
    entries = _entries(customer_id, columns).filter(action=CHANGED).order_by("-pk")
    return entries.values_list("actor_name", flat=True).first() or ""


def hidden_fields(customer_id: int, *, reader: Actor) -> frozenset[str]:
    """The fields that the reader sees masked: without SEE_CONTACTS all of `MASKS`, but for those that were revealed to
    the reader, or written by the reader, within `REVEALED_FOR`, and that nobody else has changed since."""
    if reader.may(Permission.SEE_CONTACTS):
        return frozenset()
    shown: set[str] = set()
    recent = _entries(customer_id, MASKS).filter(at__gt=clock.now() - REVEALED_FOR).order_by("pk")
    for action, actor_kind, actor_id, after in recent.values_list("action", "actor_kind", "actor_id", "after"):
        if (actor_kind, actor_id) == (reader.kind, reader.id):
            shown |= after.keys()
        elif action == CHANGED:
            shown -= after.keys()
    return frozenset(MASKS.keys() - shown)


def _entries(customer_id: int, columns: Collection[str]) -> QuerySet[AuditEntry]:
    """Audit entries that name one of the columns."""
    return AuditEntry.objects.filter(object_kind="customer", object_id=customer_id, after__has_any_keys=list(columns))
