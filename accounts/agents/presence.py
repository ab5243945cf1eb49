"""Status and presence of agents: signing in, breaks, lost connections, coming back."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.agents.rules import GRACE
from accounts.agents.wire import agent_object
from accounts.models import Agent, Status, StatusInterval
from accounts.tenants.locks import lock_agent, lock_agents
from core import bus, clock
from core.actors import SYSTEM, Actor
from core.errors import Forbidden, Refusal
from core.events.agents import AgentStatusChanged, SignedOut
from core.events.base import Audience
from core.statements import save_all

StatusAndReason = tuple[str, str]  # a status and its reason
NO_RETURN: StatusAndReason = ("", "")  # offline by choice: no connecting browser restores another status
LOST_NETWORK = timedelta(hours=4)  # after a longer absence another shift begins


class UnknownStatus(Refusal):
    """The status is not online, busy, away or offline."""

    code = "unknown_status"
    text = _("There is no such status.")


@transaction.atomic
def set_status(*, actor: Actor, agent_id: int, status: str, reason: str = "") -> Agent:
    """Sets an agent's status, as somebody chose it; the same status again changes nothing.

    `reason` is kept for "away" only, up to 30 characters. Raises `UnknownStatus`, `NotFound`, and `Forbidden` for a
    disabled agent.
    """
    if status not in Status.values:
        raise UnknownStatus
    agent = lock_agent(agent_id)
    if not agent.is_active and status != Status.OFFLINE:
        raise Forbidden  # a line that is still open must not bring back somebody who was disabled
    return _set(actor, agent, status, reason.strip()[:30] if status == Status.AWAY else "")


def _set(actor: Actor, agent: Agent, status: str, reason: str, *, returns: StatusAndReason = NO_RETURN) -> Agent:
    """Sets the status under the agent's lock. `returns`: the status that a connecting browser restores."""
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
    bus.publish(event, show=lambda: {Audience.DESK: {"agent": agent_object(Agent.objects.get(pk=agent.pk))}})
    return agent


def mark_connected(agent_id: int) -> None:
    """A browser of the agent connected. An agent who is offline, but not by choice, gets their status of before within
    `LOST_NETWORK`, and is online otherwise."""
    Agent.objects.filter(pk=agent_id).update(seen_at=clock.now())
    if Agent.objects.filter(pk=agent_id, status=Status.OFFLINE, is_active=True).exclude(returns_to="").exists():
        restore_status(agent_id)


@transaction.atomic
def restore_status(agent_id: int) -> bool:
    """Restores the status of an agent who came back; False where they have chosen another meanwhile, which is checked
    under the lock."""
    agent = lock_agent(agent_id)
    if agent.status != Status.OFFLINE or not agent.returns_to or not agent.is_active:
        return False
    _set(agent.actor(), agent, *_restored(agent))
    return True


def _restored(agent: Agent) -> StatusAndReason:
    lost = agent.status_since > clock.now() - LOST_NETWORK
    return (agent.returns_to, agent.returns_reason) if lost else (Status.ONLINE, "")


def forget_break(agent_id: int) -> None:
    """The agent signed in: a status to be restored from an earlier session becomes online. Agents who are present or
    offline by choice keep their status."""
    gone = Agent.objects.filter(pk=agent_id, status=Status.OFFLINE).exclude(returns_to="")
    gone.update(returns_to=Status.ONLINE, returns_reason="")


def absent_agents() -> list[int]:
    """Ids of agents who are not offline, but without a connected browser for the 60 s of `GRACE`."""
    limit = clock.now() - GRACE
    return list(Agent.objects.exclude(status=Status.OFFLINE).filter(seen_at__lt=limit).values_list("pk", flat=True))


@transaction.atomic
def set_absent(agent_ids: Collection[int]) -> int:
    """Sets those of the agents offline who are still absent, checked under their locks; returns the number. Safe to run
    twice. A connecting browser restores their status."""
    limit = clock.now() - GRACE
    gone = [
        agent
        for agent in lock_agents(*agent_ids).values()
        if agent.status != Status.OFFLINE and agent.seen_at is not None and agent.seen_at < limit
    ]
    for agent in gone:
        agent.returns_to, agent.returns_reason = agent.status, agent.status_reason
    save_all(gone, "returns_to", "returns_reason")
    _all_offline(SYSTEM, gone)
    return len(gone)


@transaction.atomic
def end_presence(*, actor: Actor, agent_id: int, give_back: bool = False) -> None:
    """The agent was signed out: offline and absent at once, without grace. `give_back`: their conversations return to
    the queue.

    After the next sign-in the agent is online, unless they had chosen to be offline.
    """
    end_presences(actor=actor, agents=[lock_agent(agent_id)], give_back=give_back)


@transaction.atomic
def end_presences(*, actor: Actor, agents: Collection[Agent], give_back: bool = False) -> None:
    """As `end_presence` for many agents, whom the caller has locked; in a constant number of statements."""
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
    shown = {agent.pk: agent_object(agent) for agent in Agent.objects.filter(pk__in=ids)}
    bus.publish_all(
        [
            AgentStatusChanged(tenant_id=agent.tenant_id, actor=actor, agent_id=agent.pk, status=Status.OFFLINE)
            for agent in agents
        ],
        show=lambda event: {Audience.DESK: {"agent": shown[event.agent_id]}},
    )
