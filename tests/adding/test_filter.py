"""A filter as docs/adding.md shows one."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import RequestFactory

from core.console.listing import Listing
from customers.models import Customer
from tests.cast import Cast
from tests.examples import run

FILE = "customers/profiles/filters.py"


@pytest.fixture
def filters() -> Iterator[Any]:
    """The example's module, while the test runs."""
    module = run("A filter", FILE)
    yield module
    sys.modules.pop(module.__name__)


def test_the_example_narrows_and_says_what_is_wrong(cast: Cast, filters: Any) -> None:
    cora = cast.shop.welcome("cora")

    def listing(address: str) -> Listing[Customer]:
        request, rows = RequestFactory().get(f"/console/customers/{address}"), Customer.objects.all()
        return Listing(request, rows=rows, filters=filters.CustomerFilter, sorts={"name": ("name",)}, default="name")

    def names(address: str) -> list[str]:
        return [customer.name for customer in listing(address).page]

    with cast.shop.within():
        first = {"page_url": "https://shop.example/", "first_seen_at": datetime(2026, 1, 5, 12, tzinfo=UTC)}
        Customer.objects.filter(pk=cora.pk).update(**first)
        assert names("") == ["carol", "cora"]
        assert names("?q=OR") == ["cora"]
        assert (names("?known=yes"), names("?known=no")) == (["cora"], ["carol"])
        assert names("?since=2026-01-05&until=2026-01-05") == ["cora"]
        assert names("?until=2026-01-04") == []
        assert names("?known=perhaps") == []
        assert listing("?known=perhaps").form.amiss == ["Page known"]
