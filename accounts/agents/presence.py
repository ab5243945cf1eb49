"""Status and presence of agents: signing in, breaks, lost networks, coming back."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.agents.queries import agents_with_load
from accounts.agents.rules import GRACE
from accounts.agents.wire import agent_object
from accounts.models import Agent, Status, StatusInterval
from accounts.tenants.locks import lock_agent
from core import bus, clock
from core.actors import SYSTEM, Actor
from core.errors import Forbidden, Refusal
from core.events.agents import AgentStatusChanged, SignedOut
from core.events.base import Audience

Doing = tuple[str, str]  # a status and its reason
STAYS: Doing = ("", "")  # offline by choice: no browser that comes changes it
LOST_NETWORK = timedelta(hours=4)  # whoever is away for longer was not cut off: another shift begins


class UnknownStatus(Refusal):
    """Not one of online, busy, away, offline."""

    code = "unknown_status"
    text = _("There is no such status.")


@transaction.atomic
def set_status(*, actor: Actor, agent_id: int, status: str, reason: str = "") -> Agent:
    """Change what an agent is doing, as somebody chose it; saying the same again changes nothing."""
    if status not in Status.values:
        raise UnknownStatus
    agent = lock_agent(agent_id)
    if not agent.is_active and status != Status.OFFLINE:
        raise Forbidden  # a line that is still open must not bring back somebody who was disabled
    return _become(actor, agent, status, reason.strip()[:30] if status == Status.AWAY else "")


def _become(actor: Actor, agent: Agent, status: str, reason: str, *, returns: Doing = STAYS) -> Agent:
    """Under the agent's lock. `returns`: what a browser that comes brings them back to."""
    if (agent.returns_to, agent.returns_reason) != returns:
        agent.returns_to, agent.returns_reason = returns
        agent.save(update_fields=["returns_to", "returns_reason"])
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


def mark_connected(agent_id: int) -> None:
    """A browser of the agent connected: who did not choose to be offline does again what they had chosen before, where
    they lost the network within a session, and begins online otherwise."""
    Agent.objects.filter(pk=agent_id).update(seen_at=clock.now())
    if Agent.objects.filter(pk=agent_id, status=Status.OFFLINE, is_active=True).exclude(returns_to="").exists():
        come_back(agent_id)


@transaction.atomic
def come_back(agent_id: int) -> bool:
    """Under the lock it is asked again: what they choose meanwhile, in this tab or in another, holds."""
    agent = lock_agent(agent_id)
    if agent.status != Status.OFFLINE or not agent.returns_to or not agent.is_active:
        return False
    _become(agent.actor(), agent, *_what_they_come_back_to(agent))
    return True


def _what_they_come_back_to(agent: Agent) -> Doing:
    lost = agent.status_since > clock.now() - LOST_NETWORK
    return (agent.returns_to, agent.returns_reason) if lost else (Status.ONLINE, "")


def begin_anew(agent_id: int) -> None:
    """The agent signed in: a break that outlived its session is over; who is there or chose to be offline stays so."""
    gone = Agent.objects.filter(pk=agent_id, status=Status.OFFLINE).exclude(returns_to="")
    gone.update(returns_to=Status.ONLINE, returns_reason="")


def absent_agents() -> list[int]:
    """Agents who are not offline although no browser has shown them for 60 s."""
    limit = clock.now() - GRACE
    return list(Agent.objects.exclude(status=Status.OFFLINE).filter(seen_at__lt=limit).values_list("pk", flat=True))


@transaction.atomic
def leave_if_still_gone(agent_id: int) -> bool:
    """End the grace of an agent who is still not there; twice is once."""
    agent = lock_agent(agent_id)
    if agent.status == Status.OFFLINE or agent.seen_at is None or agent.seen_at >= clock.now() - GRACE:
        return False
    _become(SYSTEM, agent, Status.OFFLINE, "", returns=(agent.status, agent.status_reason))
    return True


@transaction.atomic
def end_presence(*, actor: Actor, agent_id: int, give_back: bool = False) -> None:
    """The agent was signed out: offline and absent at once, without the grace; `give_back` what they hold.

    Whoever signs in again is online, unless they had chosen to be offline before.
    """
    end_presences(actor=actor, agents=[lock_agent(agent_id)], give_back=give_back)


@transaction.atomic
def end_presences(*, actor: Actor, agents: Collection[Agent], give_back: bool = False) -> None:
    """The same of many, whom the caller has locked, in as many statements as of one."""
    there = [agent for agent in agents if agent.status != Status.OFFLINE]
    online_again = [agent.pk for agent in agents if agent.status != Status.OFFLINE or agent.returns_to]
    Agent.objects.filter(pk__in=online_again).update(returns_to=Status.ONLINE, returns_reason="")
    _all_offline(actor, there)
    Agent.objects.filter(pk__in=[agent.pk for agent in agents]).update(seen_at=clock.now() - GRACE)
    bus.publish_all(
        [SignedOut(tenant_id=each.tenant_id, actor=actor, agent_id=each.pk, give_back=give_back) for each in agents]
    )


def _all_offline(actor: Actor, agents: Collection[Agent]) -> None:
    now, ids = clock.now(), [agent.pk for agent in agents]
    StatusInterval.objects.filter(agent__in=ids, ended_at=None).update(ended_at=now)
    StatusInterval.objects.bulk_create(
        StatusInterval(
            tenant_id=agent.tenant_id, agent=agent, status=Status.OFFLINE, set_by_kind=actor.kind, set_by_id=actor.id,
            began_at=now,
        )
        for agent in agents
    )  # fmt: skip
    Agent.objects.filter(pk__in=ids).update(
        status=Status.OFFLINE, status_reason="", status_since=now, status_set_by=actor.kind
    )
    shown = {agent.pk: agent_object(agent) for agent in agents_with_load().filter(pk__in=ids)}
    bus.publish_all(
        [
            AgentStatusChanged(tenant_id=agent.tenant_id, actor=actor, agent_id=agent.pk, status=Status.OFFLINE)
            for agent in agents
        ],
        show=lambda event: {Audience.DESK: {"agent": shown[event.agent_id]}},
    )
