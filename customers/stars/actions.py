"""Setting and removing stars."""

from django.db import transaction

from core import bus
from core.actors import Actor
from core.errors import Forbidden
from core.events.base import Audience
from core.events.customers import StarChanged
from core.rows import one_or_404, valid_id
from customers.models import Customer, Star


@transaction.atomic
def set_star(*, actor: Actor, customer: str, on: bool) -> None:
    """The agent's own star of a customer; twice is once. All tabs of the agent show it.

    Raises `NotFound`, and `Forbidden` for an actor who is no agent. The caller checks whether the agent may know of
    the customer.
    """
    if actor.kind != "agent" or actor.id is None:
        raise Forbidden
    starred = one_or_404(Customer.objects.filter(public_id=valid_id(customer)))
    if on:
        star = Star(tenant_id=starred.tenant_id, agent_id=actor.id, customer=starred)
        Star.objects.bulk_create([star], ignore_conflicts=True)
    else:
        Star.objects.filter(agent=actor.id, customer=starred).delete()
    event = StarChanged(tenant_id=starred.tenant_id, actor=actor, agent_id=actor.id)
    bus.publish(event, show={Audience.OWN: {"customer": starred.public_id, "on": on}})
