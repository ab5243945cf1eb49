"""Creating customers, and noting what is known of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.audit import record as audit
from accounts.permissions import Permission
from core import clock
from core.actors import Actor
from core.errors import Refusal
from core.rows import one_or_404, valid_id
from core.statements import Asked, as_json, fetch_here
from core.tenancy.scope import current_tenant_id
from customers.models import NOTED, Customer, CustomerTag, Tag
from customers.profiles.forms import FIELDS, noted
from customers.profiles.masking import MASKS, masked
from customers.profiles.queries import customer_by_id, hidden_fields, last_noted_by
from customers.profiles.rules import number_of
from customers.tags.actions import tag_named
from customers.tags.queries import tags_of
from customers.visits.actions import columns_of

MAX_TAGS = 20  # of one customer


def create_customer(*, language: str) -> Customer:
    """`create_customers` for one, of whom nothing is known."""
    (customer,) = create_customers([{}], language=language)
    return customer


def create_customers(visits: Sequence[Mapping[str, str]], *, language: str) -> list[Customer]:
    """Saves a new customer for each visit, in one statement, with what the browser says of it (as `remember_visit`
    takes it).

    They are named by a number in `language` (the tenant's, as agents read the name).
    """
    now, tenant_id = clock.now(), current_tenant_id()
    customers = [
        Customer(tenant_id=tenant_id, first_seen_at=now, last_seen_at=now, **columns_of(visit)) for visit in visits
    ]
    with translation.override(language):
        for customer in customers:
            customer.name = str(_("Visitor %(code)s")) % {"code": number_of(customer.public_id)}
    return _stored(customers)


NAMES = tuple(
    str(field.column) for field in Customer._meta.concrete_fields if not field.primary_key and field.name not in NOTED
)
COLUMNS = ", ".join(NAMES)
STORE = f"""
insert into customers_customer ({COLUMNS})
select {COLUMNS} from json_populate_recordset(null::customers_customer, %(customers)s::json)
returning id, public_id
"""  # noqa: S608 – made of the columns' names


def _stored(customers: list[Customer]) -> list[Customer]:
    rows = [{name: getattr(customer, name) for name in NAMES} for customer in customers]
    (stored,) = fetch_here(Asked(STORE, {"customers": as_json(rows)}))
    ids = {row["public_id"]: row["id"] for row in stored}
    for customer in customers:
        customer.pk = ids[customer.public_id]
    return customers


class TooManyOfOne(Refusal):
    """The customer has `MAX_TAGS` tags."""

    code = "too_many_tags"
    text = _("A customer can have 20 tags. Remove one first.")


@dataclass(frozen=True)
class Noted:
    """The outcome of a change: whether something was `changed`; on a conflict `by` has changed the `field` to `theirs`,
    which stays."""

    changed: bool = False
    theirs: Mapping[str, str] | None = None
    by: str = ""
    field: str = ""


@transaction.atomic
def change_field(
    *, actor: Actor, customer_id: int, field: str, seen: Mapping[str, str], values: Mapping[str, str]
) -> Noted:
    """Stores the columns of a field of the profile (`FIELDS`), where they are as the actor has `seen` them.

    Otherwise, and where the actor sees them masked, nothing is stored and the outcome has what is there: who tries
    number after number learns nothing. Raises `Forbidden`, `NotFound` and `InvalidValue`.
    """
    actor.require(Permission.EDIT_CUSTOMERS)
    wanted = noted(field, values)
    customer = _lock(customer_id)
    saved = {name: str(getattr(customer, name)) for name in FIELDS[field]}
    guesses = _is_hidden(actor, customer, field)
    if saved == wanted and not guesses:
        return Noted()
    if guesses or saved != {name: seen.get(name, "") for name in FIELDS[field]}:
        return Noted(theirs=saved, by=last_noted_by(customer_id, FIELDS[field]), field=field)
    name = customer.shown_name
    for column, value in wanted.items():
        setattr(customer, column, value)
    customer.save(update_fields=list(wanted))
    _record(actor, customer, name, saved, wanted)
    return Noted(changed=True)


@transaction.atomic
def add_tag(*, actor: Actor, customer_id: int, name: str) -> Noted:
    """Gives the customer the tag of that name, which is made where there is none. Raises `Forbidden`, `NotFound`,
    `InvalidValue` and `TooManyTags`."""
    actor.require(Permission.EDIT_CUSTOMERS)
    wanted = noted("tag", {"name": name})["name"]
    customer = _lock(customer_id)
    tag, before = tag_named(actor=actor, name=wanted), tags_of(customer_id)
    if tag in before:
        return Noted()
    if len(before) >= MAX_TAGS:
        raise TooManyOfOne
    CustomerTag.objects.create(customer=customer, tag=tag)
    _record_tags(actor, customer, before)
    return Noted(changed=True)


@transaction.atomic
def remove_tag(*, actor: Actor, customer_id: int, tag: str) -> Noted:
    """Takes a tag (public id) from the customer; one that is gone already changes nothing."""
    actor.require(Permission.EDIT_CUSTOMERS)
    customer, before = _lock(customer_id), tags_of(customer_id)
    found = one_or_404(Tag.objects.filter(public_id=valid_id(tag)))
    CustomerTag.objects.filter(customer=customer, tag=found).delete()
    _record_tags(actor, customer, before)
    return Noted(changed=found in before)


@transaction.atomic
def reveal(*, actor: Actor, customer_id: int, field: str) -> None:
    """Has a field of `MASKS` shown to the actor in full for a while (`queries.hidden_fields`), with an audit entry;
    twice is once. Raises `Forbidden` and `NotFound`."""
    actor.require(Permission.REVEAL_CONTACTS)
    customer = customer_by_id(customer_id)
    if field not in hidden_fields(customer_id, reader=actor):
        return
    audit.record(
        actor=actor,
        action="customer.revealed",
        kind="customer",
        object_id=customer.pk,
        name=customer.shown_name,
        before={},
        after={field: masked(field, getattr(customer, field))},
    )


def _is_hidden(actor: Actor, customer: Customer, field: str) -> bool:
    """Whether there is a value that the actor sees masked."""
    return field in MASKS and bool(getattr(customer, field)) and field in hidden_fields(customer.pk, reader=actor)


def _lock(customer_id: int) -> Customer:
    return one_or_404(Customer.objects.select_for_update(no_key=True).filter(pk=customer_id))


def _record_tags(actor: Actor, customer: Customer, before: Sequence[Tag]) -> None:
    names = [[tag.name for tag in tags] for tags in (before, tags_of(customer.pk))]
    _record(actor, customer, customer.shown_name, {"tags": names[0]}, {"tags": names[1]})


def _record(
    actor: Actor, customer: Customer, name: str, before: Mapping[str, object], after: Mapping[str, object]
) -> None:
    audit.record(
        actor=actor,
        action="customer.changed",
        kind="customer",
        object_id=customer.pk,
        name=name,
        before=before,
        after=after,
    )
