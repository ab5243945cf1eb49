"""Updating a customer's visit data, and the trail of pages."""

from collections.abc import Mapping
from typing import Any

from core import clock
from core.statements import select
from core.web.addresses import valid_address
from customers.models import Customer

MAX_PAGES = 50  # of one customer

# Before the customer's own row has the page. The page of a new customer is in that row alone until there is another.
TRAIL = """
with here as (
  select id, page_url, page_title, first_seen_at from customers_customer
  where tenant_id = %(tenant)s and id = %(customer)s and page_url <> %(url)s
), gone as (
  delete from customers_pageview where tenant_id = %(tenant)s and customer_id in (select id from here) and at <= (
    select at from customers_pageview where tenant_id = %(tenant)s and customer_id = %(customer)s
    order by at desc offset %(kept)s limit 1
  )
)
insert into customers_pageview (tenant_id, customer_id, url, title, at)
select %(tenant)s, id, page_url, page_title, first_seen_at from here where page_url <> '' and not exists (
  select from customers_pageview where tenant_id = %(tenant)s and customer_id = %(customer)s
)
union all
select %(tenant)s, id, %(url)s, %(title)s, %(at)s from here
returning id
"""


def remember_visit(*, customer_id: int, **values: str) -> None:
    """Stores what a visitor's browser sent (`columns_of`), and the time; another page than before in the trail too."""
    known = columns_of(values)
    if url := known.get("page_url"):
        title = known.get("page_title", "")
        kept = MAX_PAGES - 1
        select(TRAIL, customer=customer_id, url=url, title=title, at=clock.now(), kept=kept)
    Customer.objects.filter(pk=customer_id).update(last_seen_at=clock.now(), **known)


def columns_of(values: Mapping[str, str]) -> dict[str, Any]:
    """The non-empty values that a browser sent (page, language, address …), each cut to its column. An invalid address
    is null."""
    columns = {
        name: getattr(Customer._meta.get_field(name), "max_length", None) for name in values if name != "address"
    }
    known: dict[str, Any] = {name: values[name][:length] for name, length in columns.items() if values[name]}
    if "address" in values:
        known["address"] = valid_address(values["address"])
    return known
