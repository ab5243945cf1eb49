"""Dispatch: give waiting conversations to agents with room, in the order of the queue.

Rings on every event that frees or adds capacity (`kefu/wiring.py`) and from a sweep as the net. Any number of
dispatchers may run at once: each locks the next conversation before it ranks, and capacity is counted again under the
agent's lock inside `assign`.
"""

from django.db import transaction

from channels_app.models import ServiceAccount
from conversations import actions as conversations
from conversations.actions import AgentFull, AgentUnavailable
from core.actors import SYSTEM
from routing import queries
from routing.policies import rank


def dispatch(*, service_account_id: int) -> int:
    """Assign until nobody waits or nobody has room; returns how many were assigned. Safe to run twice, or at once."""
    assigned = 0
    while _assign_next(service_account_id):
        assigned += 1
    return assigned


@transaction.atomic
def _assign_next(service_account_id: int) -> bool:
    conversation_id = queries.next_waiting(service_account_id)
    if conversation_id is None:
        return False
    service_account = ServiceAccount.objects.get(pk=service_account_id)
    ranking = rank(service_account.assignment_rule, queries.candidates(service_account))
    for agent_id in ranking.order:
        try:
            with transaction.atomic():
                conversations.assign(
                    actor=SYSTEM, conversation_id=conversation_id, agent_id=agent_id, why=ranking.why()
                )
            return True
        except (AgentFull, AgentUnavailable):
            continue  # taken by another dispatcher since we ranked: the next one may have room
    return False


def dispatch_all() -> int:
    """`dispatch` for every service account of the tenant that somebody waits for."""
    return sum(dispatch(service_account_id=account_id) for account_id in queries.accounts_with_waiting())
