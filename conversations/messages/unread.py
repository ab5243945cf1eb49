"""Marking conversations as read, and as unread."""

from collections.abc import Mapping

from django.db import transaction

from conversations.lifecycle.state import ids_of, lock, require_holder
from conversations.models import Conversation
from conversations.posting import receipts
from conversations.posting.drafts import NotYours
from conversations.posting.receipts import Receipt
from core import bus
from core.actors import Actor
from core.errors import NotFound
from core.events.base import Audience
from core.events.messages import UnreadChanged


@transaction.atomic
def mark(*, actor: Actor, conversation: str) -> None:
    """The agent's own active conversation has at least 1 unread message until its holder reads it again. How far the
    desk has read, as the customer sees it, stays.

    Raises `NotFound`, and what `require_holder` does.
    """
    locked = lock(conversation)
    require_holder(actor, locked)
    if locked.agent_id != actor.id:
        raise NotYours
    locked.unread = max(1, locked.unread)
    locked.save(update_fields=["unread"])
    shown = {"unread": locked.unread, "handed_by": locked.handed_by or None}
    bus.publish(UnreadChanged(actor=actor, **ids_of(locked)), show={Audience.HOLDER: shown})


def read_all(*, actor: Actor, read: Mapping[str, int]) -> None:
    """The agent has read their conversations (public ids) up to these message numbers; those of others are passed over.

    Raises `NotFound` where none is the agent's.
    """
    if not Conversation.objects.filter(public_id__in=read, agent=actor.row_id).exists():
        raise NotFound
    receipts.move([Receipt(name, "agent", actor.row_id, read=n) for name, n in read.items()])
