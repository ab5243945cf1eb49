"""Reads of tags."""

from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.console.ordering import AlphabeticalOrder
from core.statements import look_up
from customers.models import CustomerTag, Tag

# The ids (public) of the tags of a customer, for a row of a statement in which `c` has them.
TAGS = """array(
    select tag.public_id from customers_customertag worn
    join customers_tag tag on tag.tenant_id = worn.tenant_id and tag.id = worn.tag_id
    where worn.tenant_id = c.tenant_id and worn.customer_id = c.customer_id
  )"""

# Another one after every change of the company's tags: names and colours change with the version, ids are not used
# again.
MARK = """(
    select left(md5(concat_ws(' ', count(*), sum(version), max(id))), 8) from customers_tag
    where tenant_id = %(tenant)s
  )"""


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


class AtDesks(NamedTuple):
    """The company's tags as desks know them, in no order, and the mark of that state."""

    mark: str
    tags: list[dict[str, Any]]


def at_desks() -> AtDesks:
    """All tags. One query, whether there are any or none."""
    rows = look_up(
        f"select {MARK} as mark, tag.public_id as id, tag.name, tag.color from (select 1) one"  # noqa: S608 – a constant
        " left join customers_tag tag on tag.tenant_id = %(tenant)s"
    )
    found = [{name: row[name] for name in ("id", "name", "color")} for row in rows if row["id"]]
    return AtDesks(rows[0]["mark"], found)
