"""Dispatch: assigns waiting conversations to agents with free capacity, in the order of the queue, many at once.

Runs after every event that frees or adds capacity (`kefu/wiring.py`), and from a sweep as a safety net. Any number of
dispatchers may run at once: each locks the conversations before it asks who has room, and then the agents.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import transaction

from accounts.models import Agent
from conversations.lifecycle.assigning import Assignment, assign_all
from conversations.lifecycle.state import lock_waiting
from conversations.models import Conversation
from core import clock
from core.actors import SYSTEM
from routing.dispatch import queries
from routing.queue.positions import batched_positions
from routing.rules.planning import Plan, Waiting, plan

AT_ONCE = 50  # conversations in one transaction: visitors who write to them meanwhile wait for it


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
            skipped_channels |= step.full_channels
    return assigned


class Step(NamedTuple):
    """How many conversations were assigned, and the channels for which nobody has room."""

    assigned: int
    full_channels: set[int]


@transaction.atomic
def _assign_next(service_account_id: int, skipped_channels: set[int]) -> Step | None:
    waiting = lock_waiting(service_account_id, at_most=AT_ONCE, skipped_channels=skipped_channels)
    if waiting is None:
        return None
    reception = queries.reception_now(service_account_id, {each.channel_id for each in waiting})
    wanted = {
        agent_id
        for open_groups in reception.open_groups.values()
        for agent_id in queries.ready_agents(reception.rule, open_groups, at_most=len(waiting))
    }
    locked = queries.lock_ready(wanted) if wanted else {}
    found = _plan(waiting, reception, locked)
    _assign(found, waiting, locked)
    # Whom another dispatcher filled since we looked may have left somebody with room whom we did not lock.
    return Step(len(found.choices), found.full_channels if len(locked) == len(wanted) else set())


def _plan(waiting: Sequence[Conversation], reception: queries.Reception, locked: Mapping[int, Agent]) -> Plan:
    if not locked:
        return Plan(full_channels=set(reception.open_groups))
    return plan(
        reception.rule,
        [Waiting(each.pk, each.channel_id) for each in waiting],
        queries.candidates(reception, locked),
        locked=locked,
        now=clock.now(),
    )


def _assign(found: Plan, waiting: Sequence[Conversation], locked: Mapping[int, Agent]) -> None:
    rows = {each.pk: each for each in waiting}
    assign_all(
        actor=SYSTEM,
        assignments=[
            Assignment(rows[each.conversation_id], locked[each.agent_id], each.group_id, each.why)
            for each in found.choices
        ],
    )


def dispatch_all() -> int:
    """`dispatch` for every service account of the tenant with waiting conversations."""
    return sum(dispatch(service_account_id=account_id) for account_id in queries.accounts_with_waiting())
