"""Audit entries of reading other agents' conversations."""

from datetime import timedelta

from django.db import connection, transaction

from accounts.audit import record as audit
from accounts.models import AuditEntry
from conversations.models import Participation
from core import clock
from core.actors import Actor

ACTION = "conversation.viewed"
VIEW_INTERVAL = timedelta(minutes=10)


@transaction.atomic
def record_view(*, actor: Actor, conversation_id: int, customer_name: str) -> bool:
    """Records that the actor reads somebody else's conversation, at most once in `VIEW_INTERVAL`; returns whether it
    did.

    Of two tabs opened at once the second waits for the first and records nothing.
    """
    if Participation.objects.filter(conversation_id=conversation_id, agent_id=actor.row_id).exists():
        return False
    _one_at_a_time(actor.row_id, conversation_id)
    earlier = AuditEntry.objects.filter(
        object_kind="conversation",
        object_id=conversation_id,
        action=ACTION,
        actor_kind=actor.kind,
        actor_id=actor.id,
        at__gt=clock.now() - VIEW_INTERVAL,
    )
    if earlier.exists():
        return False
    audit.record(
        actor=actor,
        action=ACTION,
        kind="conversation",
        object_id=conversation_id,
        name=customer_name,
        before={},
        after={},
    )
    return True


def _one_at_a_time(agent_id: int, conversation_id: int) -> None:
    """An advisory lock until the end of the transaction, for this reader and this conversation."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{ACTION}:{agent_id}:{conversation_id}"]
        )
