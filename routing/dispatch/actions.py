"""Dispatch: assigns waiting conversations to agents with free capacity, in the order of the queue, many at once.

Runs after every event that frees or adds capacity (`kefu/wiring.py`), and from a sweep as a safety net. Any number of
dispatchers may run at once: each locks the conversations before it asks who has room, and then the agents.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import InterfaceError, OperationalError, transaction

from accounts.models import Agent
from conversations.lifecycle.assigning import Assignment, assign_all
from conversations.lifecycle.state import lock_waiting
from conversations.models import Conversation
from core import clock
from core.actors import SYSTEM
from core.batches import AT_ONCE
from routing.dispatch import queries
from routing.reception.queries import Reception, reception_now
from routing.rules.planning import Plan, Waiting, plan

log = logging.getLogger(__name__)


def dispatch(*, service_account_id: int, at_once: int = AT_ONCE) -> int:
    """Assigns until nobody waits or nobody has capacity, `at_once` in a transaction; returns the number of assigned
    conversations. Safe to run twice, or at once.

    Channels may have different hours: a conversation that no open group serves does not hold up those of other
    channels, nor does one whose assignment fails.
    """
    assigned, passed = 0, queries.Passed()
    while waiting := queries.first_waiting(service_account_id, at_most=at_once, passed=passed):
        step = _assign_first(waiting)
        assigned += step.assigned
        passed = passed.and_also(step.passed)
        if step.assigned == len(waiting) < at_once:
            break  # all who waited; who has come since causes the next dispatch
    return assigned


class Step(NamedTuple):
    """How many conversations were assigned, and which others need no second look."""

    assigned: int
    passed: queries.Passed


def _assign_first(waiting: Sequence[Waiting]) -> Step:
    """Assigns as many of them as there is room for. Looks without locks first: where nobody has room nothing is locked,
    and otherwise no more than may be assigned."""
    reception = reception_now({each.channel_id for each in waiting})
    ready = queries.ready_agents(reception, at_most=len(waiting))
    if not any(ready.values()):
        return Step(0, queries.Passed(channels=frozenset(ready)))
    room = sum({agent_id: room for those in ready.values() for agent_id, room in those.items()}.values())
    served = [place for place, each in enumerate(waiting, start=1) if ready[each.channel_id]]
    return _assign_guarded(reception, [each.conversation_id for each in waiting[: served[:room][-1]]])


def _assign_guarded(reception: Reception, ids: Sequence[int]) -> Step:
    """One that cannot be assigned fails alone, and is passed over until the next dispatch."""
    try:
        return _assign_locked(reception, ids)
    except (OperationalError, InterfaceError):
        raise  # the database's trouble is everybody's
    except Exception:
        log.exception("could not assign %s", ids)
        if len(ids) == 1:
            return Step(0, queries.Passed(conversations=frozenset(ids)))
    alone = [_assign_guarded(reception, [each]) for each in ids]
    failed = queries.Passed(conversations=frozenset[int]().union(*(each.passed.conversations for each in alone)))
    return Step(sum(each.assigned for each in alone), failed)


@transaction.atomic
def _assign_locked(reception: Reception, ids: Sequence[int]) -> Step:
    waiting = lock_waiting(ids)
    if not waiting:
        return Step(0, queries.Passed())
    at_most = len(waiting) + 1  # one more than needed: whether there are others
    ready = queries.ready_agents(reception, at_most=at_most)
    wanted = {agent_id for those in ready.values() for agent_id in those}
    locked = queries.lock_ready(wanted)
    found = _plan(waiting, reception, locked)
    _assign(found, waiting, locked)
    # Whom another dispatcher filled since we looked may have left somebody with room whom we did not lock.
    full = {each for each in found.full_channels if len(ready[each]) < at_most} if len(locked) == len(wanted) else ()
    return Step(len(found.choices), queries.Passed(channels=frozenset(full)))


def _plan(waiting: Sequence[Conversation], reception: Reception, locked: Mapping[int, Agent]) -> Plan:
    if not locked:
        return Plan(full_channels={each.channel_id for each in waiting})
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
