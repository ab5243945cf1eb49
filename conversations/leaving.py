"""When somebody is disabled or deleted: what they held goes back to the front of the queue."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from conversations.actions import lock_by_id, requeue
from conversations.models import Conversation
from conversations.states import State
from core.actors import SYSTEM, Actor
from core.events import AgentLeft
from core.tasks import each, tenant_task


def return_what_they_held(event: AgentLeft) -> None:
    """Rung after the commit; what a crash loses in between, the sweep finds."""
    held = _held_by_nobody().filter(agent=event.agent_id).values_list("pk", flat=True)
    each(list(held), lambda conversation_id: give_back(actor=event.actor, conversation_id=conversation_id))


@transaction.atomic
def give_back(*, actor: Actor, conversation_id: int) -> bool:
    """Back to the queue, if somebody who left still holds it; twice is once."""
    conversation = lock_by_id(conversation_id)
    if conversation.state != State.ACTIVE or conversation.agent is None or conversation.agent.is_active:
        return False
    requeue(actor=actor, conversation_id=conversation_id, cause="agent_left")
    return True


def _held_by_nobody() -> QuerySet[Conversation]:
    """Active conversations whose agent was disabled or deleted."""
    return Conversation.objects.filter(state=State.ACTIVE, agent__is_active=False)


def tenants_with_held_by_nobody() -> Iterable[int]:
    """Tenants with a conversation that somebody holds who left."""
    return _held_by_nobody().values_list("tenant_id", flat=True).distinct()


@tenant_task
def return_held_by_nobody() -> None:
    """Give back what the listener did not."""
    found = list(_held_by_nobody().values_list("pk", flat=True))
    each(found, lambda conversation_id: give_back(actor=SYSTEM, conversation_id=conversation_id))
