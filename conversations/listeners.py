"""What conversations do when something happened elsewhere. Rung after commit, by `kefu/wiring.py`."""

from conversations import queries
from conversations.actions import give_back_if_left
from core.events import AgentLeft
from core.tasks import each


def give_back_what_they_held(event: AgentLeft) -> None:
    """To whom it was promised, or back to the front of the queue; what a crash loses before this, the sweep finds."""
    held = queries.held_by_nobody().filter(agent=event.agent_id).values_list("pk", flat=True)
    each(
        list(held),
        lambda conversation_id: give_back_if_left(
            actor=event.actor, conversation_id=conversation_id, heir_id=event.heir_id
        ),
    )
