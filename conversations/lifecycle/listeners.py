"""Listeners of the lifecycle, called after commit (`kefu/wiring.py`)."""

from collections.abc import Sequence
from functools import partial
from itertools import groupby

from conversations.lifecycle import queries
from conversations.lifecycle.transferring import give_back_all, give_back_left
from conversations.timeline import wording
from core.batches import for_each_batch
from core.bus import for_many
from core.events.agents import AgentLeft, AgentStatusChanged, SignedOut
from core.live import groups, hub


@for_many
def return_held_conversations(events: Sequence[AgentLeft]) -> None:
    """Transfers everything that the agents held to the heir, or returns it to the front of the queue.

    A sweep repeats what a crash loses.
    """
    for heir_id, those in groupby(events, key=lambda event: event.heir_id):
        left = list(those)
        held = queries.held_by_nobody().filter(agent__in=[event.agent_id for event in left])
        for_each_batch(
            list(held.order_by("pk").values_list("pk", flat=True)),
            partial(give_back_left, actor=left[0].actor, heir_id=heir_id),
        )


def return_if_wanted(event: SignedOut) -> None:
    """Returns what the agent held to the front of the queue, where that was chosen when signing out.

    The sweep of absent holders repeats what a crash loses.
    """
    if event.give_back:
        give_back_all(actor=event.actor, cause=wording.SIGNED_OUT)


@for_many
def publish_agent_presence(events: Sequence[AgentStatusChanged | SignedOut]) -> None:
    """Requests digests of the chats of the agents' customers, which show whether the agent is away."""
    tenant_id = events[0].tenant_id
    served = queries.visitors_of({event.agent_id for event in events})
    hub.request_digests(tenant_id, [groups.visitor_group(tenant_id, *pages) for pages in served])
