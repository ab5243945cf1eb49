"""What changes agents and customers. Lock order: a conversation is locked before an agent, never after."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.audit import valid_address
from accounts.models import Agent, Customer, Status, StatusInterval
from accounts.queries import agent_object, agents_with_load
from core import bus, clock
from core.actors import SYSTEM, Actor
from core.errors import Forbidden, NotFound, Refusal
from core.events import AgentStatusChanged, Audience

GRACE = timedelta(seconds=60)  # leaving the browser keeps an agent online this long (PRODUCT.md §2)


class UnknownStatus(Refusal):
    """Not one of online, busy, away, offline."""

    code = "unknown_status"
    text = _("There is no such status.")


def lock_agent(agent_id: int) -> Agent:
    """The agent under its lock, which is also the lock of its load."""
    agent = Agent.objects.select_for_update(of=("self",)).filter(pk=agent_id).first()
    if agent is None:
        raise NotFound
    return agent


@transaction.atomic
def set_status(*, actor: Actor, agent_id: int, status: str, reason: str = "") -> Agent:
    """Change what an agent is doing; saying the same again changes nothing."""
    if status not in Status.values:
        raise UnknownStatus
    agent = lock_agent(agent_id)
    if not agent.is_active and status != Status.OFFLINE:
        raise Forbidden  # a line that is still open must not bring back somebody who was disabled
    reason = reason.strip()[:30] if status == Status.AWAY else ""
    if (agent.status, agent.status_reason) == (status, reason):
        return agent
    now = clock.now()
    StatusInterval.objects.filter(agent=agent, ended_at=None).update(ended_at=now)
    StatusInterval.objects.create(
        agent=agent, status=status, reason=reason, set_by_kind=actor.kind, set_by_id=actor.id, began_at=now
    )
    agent.status, agent.status_reason, agent.status_since, agent.status_set_by = (status, reason, now, actor.kind)
    changed = ["status", "status_reason", "status_since", "status_set_by"]
    if status != Status.OFFLINE and actor.kind == "agent":
        agent.seen_at = now
        changed.append("seen_at")
    agent.save(update_fields=changed)
    event = AgentStatusChanged(tenant_id=agent.tenant_id, actor=actor, agent_id=agent.pk, status=status, reason=reason)
    bus.publish(event, show=lambda: {Audience.DESK: {"agent": agent_object(agents_with_load().get(pk=agent.pk))}})
    return agent


def came(*, agent: Agent) -> None:
    """A browser of the agent connected: online again if only the grace, or nothing yet, had set them offline."""
    Agent.objects.filter(pk=agent.pk).update(seen_at=clock.now())
    if agent.status == Status.OFFLINE and agent.status_set_by == "system":
        set_status(actor=agent.actor(), agent_id=agent.pk, status=Status.ONLINE)


def seen(agent_ids: list[int]) -> None:
    """Browsers of these agents are connected right now."""
    Agent.objects.filter(pk__in=agent_ids).update(seen_at=clock.now())


def absent_agents() -> list[int]:
    """Agents who are not offline although no browser has shown them for 60 s."""
    limit = clock.now() - GRACE
    return list(Agent.objects.exclude(status=Status.OFFLINE).filter(seen_at__lt=limit).values_list("pk", flat=True))


@transaction.atomic
def leave_if_still_gone(agent_id: int) -> bool:
    """End the grace of an agent who is still not there; twice is once."""
    agent = lock_agent(agent_id)
    if agent.seen_at is None or agent.seen_at >= clock.now() - GRACE:
        return False
    set_status(actor=SYSTEM, agent_id=agent_id, status=Status.OFFLINE)
    return True


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
    known = {name: facts[name][:length] for name, length in columns.items() if facts[name]}
    Customer.objects.filter(pk=customer_id).update(
        last_seen_at=clock.now(), address=valid_address(facts.get("address", "")), **known
    )


def revoke_tokens(*, actor: Actor, customer_id: int) -> None:
    """No token of the customer is valid any more."""
    Customer.objects.filter(pk=customer_id).update(token_generation=F("token_generation") + 1)
