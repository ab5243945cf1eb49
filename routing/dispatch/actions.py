"""Dispatch: assigns waiting conversations to agents with free capacity, in the order of the queue.

Runs after every event that frees or adds capacity (`kefu/wiring.py`), and from a sweep as a safety net. Any number of
dispatchers may run at once: each locks the next conversation before it ranks, and capacity is counted again under the
agent's lock inside `assign`.
"""

from typing import NamedTuple

from django.db import transaction

from conversations.lifecycle import assigning
from conversations.lifecycle.assigning import AgentFull, AgentUnavailable
from core.actors import SYSTEM
from routing.dispatch import queries
from routing.queue.positions import batched_positions
from routing.rules.ranking import rank


def dispatch(*, service_account_id: int) -> int:
    """Assigns until nobody waits or nobody has capacity; returns the number of assigned conversations. Safe to run
    twice, or at once.

    Channels may have different hours: a conversation that no open group serves does not hold up those of other
    channels.
    """
    assigned, skipped_channels = 0, set[int]()
    with batched_positions():
        while (step := _assign_next(service_account_id, skipped_channels)) is not None:
            assigned += step.assigned
            if not step.assigned:
                skipped_channels.add(step.channel_id)
    return assigned


class Step(NamedTuple):
    """Whether the longest waiting conversation was assigned, and its channel."""

    assigned: bool
    channel_id: int


@transaction.atomic
def _assign_next(service_account_id: int, skipped_channels: set[int]) -> Step | None:
    waiting = queries.next_waiting(service_account_id, skipped_channels=skipped_channels)
    if waiting is None:
        return None
    rule, candidates = queries.reception(waiting)
    ranking = rank(rule, candidates)
    through = {candidate.agent_id: candidate.group_id for candidate in candidates}
    for agent_id in ranking.order:
        try:
            with transaction.atomic():
                assigning.assign(
                    actor=SYSTEM,
                    conversation_id=waiting.conversation_id,
                    agent_id=agent_id,
                    why=ranking.why(),
                    group_id=through[agent_id],
                )
            return Step(True, waiting.channel_id)
        except (AgentFull, AgentUnavailable):
            continue  # taken by another dispatcher since we ranked: the next one may have room
    return Step(False, waiting.channel_id)


def dispatch_all() -> int:
    """`dispatch` for every service account of the tenant with waiting conversations."""
    return sum(dispatch(service_account_id=account_id) for account_id in queries.accounts_with_waiting())
