"""Assigning a conversation to an agent."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Status
from accounts.permissions import Permission
from accounts.tenants.locks import lock_agent
from channels_app.service_accounts.queries import accounts_served_by, group_serving
from conversations.lifecycle.state import (
    WrongState,
    lock,
    lock_by_id,
    move,
    publish,
    publish_load,
    publish_queue_left,
)
from conversations.models import Conversation, Participation
from conversations.states import State
from conversations.timeline.queries import Row
from core import clock
from core.actors import Actor
from core.errors import NotFound, Refusal
from core.events.conversations import ConversationAssigned


class AgentUnavailable(Refusal):
    """The agent is offline, disabled, or has no desk, and can be given no conversation."""

    code = "agent_unavailable"
    status = 409
    text = _("This colleague cannot take conversations right now.")


class YouAreOffline(AgentUnavailable):
    """The accepting agent is offline; the code of `AgentUnavailable`, with a sentence about one's own status."""

    text = _("You are offline. Choose “Online” or “Busy” to accept conversations.")


class AboveCap(Refusal):
    """The accepting agent is at the cap; `accept(above=True)` exceeds it, after the agent was asked."""

    code = "above_cap"
    status = 409

    def __init__(self, load: int, cap: int) -> None:
        super().__init__()
        self.load, self.cap = load, cap

    def __str__(self) -> str:
        return gettext("You already have %(load)d/%(cap)d conversations. Accept all the same?") % {
            "load": self.load,
            "cap": self.cap,
        }


class AgentFull(Refusal):
    """The agent holds as many conversations as the cap allows; raised where a rule assigns."""

    code = "agent_unavailable"
    status = 409
    text = _("The agent already has as many conversations as allowed.")


@transaction.atomic
def assign(
    *, actor: Actor, conversation_id: int, agent_id: int, why: Mapping[str, Any], group_id: int | None = None
) -> Conversation:
    """Assigns a waiting conversation to an online agent; capacity is counted under the agent's lock.

    `group_id` is the group through which it is assigned; by default the agent's first group that serves the account.
    Raises `WrongState`, `AgentUnavailable` and `AgentFull`.
    """
    conversation = lock_by_id(conversation_id)
    if conversation.state != State.QUEUED:
        raise WrongState
    agent = lock_agent(agent_id)
    if agent.status != Status.ONLINE or not agent.is_active:
        raise AgentUnavailable
    if load_of(agent_id) >= agent.max_concurrent:
        raise AgentFull
    _assign_to(actor, conversation, agent, why, group_id)
    return conversation


@transaction.atomic
def accept(*, actor: Actor, conversation: str, above: bool = False) -> Row:
    """Assigns a waiting conversation to the agent who asks for it; returns its row. Raises `Forbidden`, `WrongState`,
    `NotFound` for a queue that the agent does not serve, `YouAreOffline`, and `AboveCap` at the cap unless `above`."""
    actor.require(Permission.TAKE)
    locked = lock(conversation)
    if locked.state != State.QUEUED or actor.id is None:
        raise WrongState
    if locked.service_account_id not in accounts_served_by(actor.id):
        raise NotFound
    agent = lock_agent(actor.id)
    if agent.status == Status.OFFLINE:
        raise YouAreOffline
    if not above and (load := load_of(agent.pk)) >= agent.max_concurrent:
        raise AboveCap(load, agent.max_concurrent)
    return _assign_to(actor, locked, agent, {"rule": "accepted"})()


def _assign_to(
    actor: Actor, conversation: Conversation, agent: Agent, why: Mapping[str, Any], group_id: int | None = None
) -> Callable[[], Row]:
    now = clock.now()
    conversation.agent = agent
    conversation.assigned_at = now
    numbered = move(conversation, State.ACTIVE, "agent", "assigned_at")
    agent.last_assigned_at = now
    agent.save(update_fields=["last_assigned_at"])
    record_participation(conversation, agent, group_id)
    event = ConversationAssigned(actor=actor, agent_id=agent.pk, why=dict(why), **numbered)
    row = publish(event)
    publish_queue_left(conversation, actor)
    publish_load(actor, agent.pk)
    return row


def record_participation(conversation: Conversation, agent: Agent, group_id: int | None = None) -> None:
    """Stores that the agent held the conversation, and through which group; does nothing where it is stored already."""
    part = Participation(
        tenant_id=conversation.tenant_id,
        conversation=conversation,
        agent=agent,
        group_id=group_id or group_serving(agent.pk, conversation.service_account_id),
        began_at=clock.now(),
    )
    Participation.objects.bulk_create([part], ignore_conflicts=True)


def load_of(agent_id: int) -> int:
    """The number of active conversations that the agent holds; stable until commit under the agent's lock."""
    return Conversation.objects.filter(agent_id=agent_id, state=State.ACTIVE).count()
