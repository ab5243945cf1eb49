"""Who plays."""

from dataclasses import dataclass
from functools import cache

from django.db import transaction

from accounts.models import Agent
from core.tenancy.scope import unscoped
from customers.models import Customer
from tests.cast.company import Company, open_company
from tests.cast.mould import Mould


@dataclass
class Cast:
    """Who plays."""

    shop: Company
    other: Company
    alice: Agent
    bob: Agent
    carol: Customer
    mallory: Agent
    mike: Customer


def assemble() -> Cast:
    """Both companies and their people. Agents are offline until a test wants them otherwise."""
    return _mould().copy()


@cache
def _mould() -> Mould[Cast]:
    """Made at the first request of a run; of what was made for it no row stays."""
    with unscoped(reason="a mould is taken of two companies"), transaction.atomic():
        made = make()
        mould = Mould(made, tenants=(made.shop.tenant.pk, made.other.tenant.pk))
        transaction.set_rollback(True)
    return mould


@transaction.atomic
def make() -> Cast:
    """The cast as the product's own provisioning makes it."""
    shop, other = open_company("8001", "演示企业"), open_company("8002", "另一家企业")
    return Cast(
        shop=shop,
        other=other,
        alice=shop.hire("1000", "alice", role="owner"),
        bob=shop.hire("1001", "bob"),
        carol=shop.welcome("carol"),
        mallory=other.hire("1001", "mallory"),
        mike=other.welcome("mike"),
    )
