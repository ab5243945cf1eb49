"""What conversations do when something happened elsewhere. Rung after commit, by `kefu/wiring.py`."""

from conversations.lifecycle import queries
from conversations.lifecycle.transferring import give_back_all, give_back_if_left
from conversations.timeline import wording
from core.events.agents import AgentLeft, AgentStatusChanged, SignedOut
from core.live import groups, hub
from core.tasks import for_each_row


def return_held_conversations(event: AgentLeft) -> None:
    """Gives everything the agent held to whom it was promised, or back to the front of the queue.

    What a crash loses before this, the sweep finds.
    """
    held = queries.held_by_nobody().filter(agent=event.agent_id).values_list("pk", flat=True)
    for_each_row(
        list(held),
        lambda conversation_id: give_back_if_left(
            actor=event.actor, conversation_id=conversation_id, heir_id=event.heir_id
        ),
    )


def return_if_wanted(event: SignedOut) -> None:
    """Gives what the agent held back to the front of the queue, where signing out said so.

    What a crash loses, the sweep of absent holders finds.
    """
    if event.give_back:
        give_back_all(actor=event.actor, cause=wording.SIGNED_OUT)


def publish_agent_presence(event: AgentStatusChanged | SignedOut) -> None:
    """Lets the chats of the agent's customers read at once whether the agent is away."""
    served = queries.visitors_of(event.agent_id)
    hub.request_digests(event.tenant_id, [groups.visitor_group(event.tenant_id, *pages) for pages in served])
