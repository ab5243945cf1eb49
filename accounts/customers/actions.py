"""Making a customer; when one was last seen."""


from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.audit.record import valid_address
from accounts.models import Agent, Customer, Status, StatusInterval, Tenant
from accounts.agents.rules import GRACE
from accounts.agents.queries import agents_with_load
from accounts.agents.wire import agent_object
from core import bus, clock
from core.actors import SYSTEM, Actor
from core.errors import Forbidden, NotFound, Refusal
from core.events.agents import AgentStatusChanged, SignedOut
from core.events.base import Audience
from core.tenancy.scope import current_tenant_id



def create_customer(*, language: str) -> Customer:
    """A new customer, named after its public id, in the language of the agents who read it."""
    customer = Customer(first_seen_at=clock.now(), last_seen_at=clock.now())
    with translation.override(language):
        customer.name = str(_("Visitor %(code)s")) % {"code": customer.public_id[-4:]}
    customer.save()
    return customer


def remember_visit(*, customer_id: int, **facts: str) -> None:
    """What a visitor's browser says of itself and its page; each cut to its column."""
    columns = {name: getattr(Customer._meta.get_field(name), "max_length", None) for name in facts if name != "address"}
    known: dict[str, Any] = {name: facts[name][:length] for name, length in columns.items() if facts[name]}
    if "address" in facts:
        known["address"] = valid_address(facts["address"])
    Customer.objects.filter(pk=customer_id).update(last_seen_at=clock.now(), **known)
