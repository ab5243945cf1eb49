"""Creating customers."""

from collections.abc import Mapping, Sequence

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import clock
from core.statements import as_json
from core.tenancy.pool import Asked, fetch_here
from core.tenancy.scope import current_tenant_id
from customers.models import Customer
from customers.visits.actions import columns_of


def create_customer(*, language: str) -> Customer:
    """`create_customers` for one, of whom nothing is known."""
    (customer,) = create_customers([{}], language=language)
    return customer


def create_customers(visits: Sequence[Mapping[str, str]], *, language: str) -> list[Customer]:
    """Saves a new customer for each visit, in one statement, with what the browser says of it (as `remember_visit`
    takes it).

    They are named after their public ids in `language` (the tenant's, as agents read the name).
    """
    now, tenant_id = clock.now(), current_tenant_id()
    customers = [
        Customer(tenant_id=tenant_id, first_seen_at=now, last_seen_at=now, **columns_of(visit)) for visit in visits
    ]
    with translation.override(language):
        for customer in customers:
            customer.name = str(_("Visitor %(code)s")) % {"code": customer.public_id[-4:]}
    return _stored(customers)


NAMES = tuple(str(field.column) for field in Customer._meta.concrete_fields if not field.primary_key)
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
