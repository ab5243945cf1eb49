"""Listeners of the lifecycle, called after commit (`kefu/wiring.py`)."""

from conversations.lifecycle import queries
from conversations.lifecycle.transferring import give_back_all, give_back_if_left
from conversations.timeline import wording
from core.events.agents import AgentLeft, AgentStatusChanged, SignedOut
from core.live import groups, hub
from core.tasks import for_each_row


def return_held_conversations(event: AgentLeft) -> None:
    """Transfers everything that the agent held to the heir, or returns it to the front of the queue.

    A sweep repeats what a crash loses.
    """
    held = queries.held_by_nobody().filter(agent=event.agent_id).values_list("pk", flat=True)
    for_each_row(
        list(held),
        lambda conversation_id: give_back_if_left(
            actor=event.actor, conversation_id=conversation_id, heir_id=event.heir_id
        ),
    )


def return_if_wanted(event: SignedOut) -> None:
    """Returns what the agent held to the front of the queue, where that was chosen when signing out.

    The sweep of absent holders repeats what a crash loses.
    """
    if event.give_back:
        give_back_all(actor=event.actor, cause=wording.SIGNED_OUT)


def publish_agent_presence(event: AgentStatusChanged | SignedOut) -> None:
    """Requests digests of the chats of the agent's customers, which show whether the agent is away."""
    served = queries.visitors_of(event.agent_id)
    hub.request_digests(event.tenant_id, [groups.visitor_group(event.tenant_id, *pages) for pages in served])
