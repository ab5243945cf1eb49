"""Recalling messages."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from conversations.lifecycle import queries as lifecycle_queries
from conversations.lifecycle.state import lock, number
from conversations.messages.kinds.declare import registry
from conversations.messages.kinds.text import TEXT
from conversations.messages.mentioning import withdraw
from conversations.models import Conversation, Message
from conversations.states import State
from conversations.timeline.queries import messages_numbered
from conversations.timeline.wire import agent_row, message_object
from core import bus, clock
from core.actors import Actor
from core.errors import NotFound, Refusal
from core.events.base import Audience
from core.events.messages import MessageRecalled, NoteRecalled

RECALL_WITHIN = timedelta(minutes=2)


class TooLate(Refusal):
    """More than `RECALL_WITHIN` has passed since the message."""

    code = "too_late"
    status = 409
    text = _("A message can only be recalled within 2 minutes.")


class NotRecallable(Refusal):
    """Messages of this kind cannot be recalled."""

    code = "not_recallable"
    status = 409
    text = _("A message of this kind cannot be recalled.")


@transaction.atomic
def recall(*, actor: Actor, conversation: str, n: int) -> dict[str, Any]:
    """Recalls one's own message within `RECALL_WITHIN`; returns it. The original stays for auditors; recalling twice
    changes nothing.

    Raises `NotFound`, `NotRecallable` and `TooLate`.
    """
    locked = lock(conversation)
    message = Message.objects.filter(conversation=locked, seq=n).first()
    if message is None or (message.author_kind, message.author_id) != (actor.kind, actor.id):
        raise NotFound
    if message.kind in registry and not registry[message.kind].recallable:
        raise NotRecallable
    if message.recalled_at is None:
        _recall(actor, locked, message)
    return messages_numbered(locked.pk, [n])[n]


def _recall(actor: Actor, conversation: Conversation, message: Message) -> None:
    now = clock.now()
    if message.created_at < now - RECALL_WITHIN:
        raise TooLate
    message.recalled_at = now
    message.save(update_fields=["recalled_at"])
    _forget_words(conversation, message)
    if message.note:
        withdraw(message)
    elif conversation.state != State.ENDED:
        _count_again(conversation, message)
    changed = ("last_kind", "last_text", "note_text", "waiting_since", "unread")
    numbered = number(conversation, *changed, for_visitor=not message.note)
    event = (NoteRecalled if message.note else MessageRecalled)(actor=actor, recalled=message.seq, **numbered)
    bus.publish(event, show=lambda: _shown(conversation, message))


def _forget_words(conversation: Conversation, recalled: Message) -> None:
    """Lists show the last message, and the last note."""
    if recalled.note:
        if recalled.seq == conversation.last_seq:
            conversation.note_text = ""
    elif not Message.objects.filter(conversation=conversation, note=False, seq__gt=recalled.seq).exists():
        conversation.last_kind, conversation.last_text = TEXT.name, ""


def _count_again(conversation: Conversation, recalled: Message) -> None:
    """Updates unread count and oldest unanswered question, for which a recalled message does not count."""
    kept = Message.objects.filter(conversation=conversation, recalled_at=None)
    answered = kept.filter(author_kind="agent", note=False).aggregate(last=Max("seq"))["last"] or 0
    asked = kept.filter(author_kind="customer")
    conversation.waiting_since = asked.filter(seq__gt=answered).aggregate(since=Min("created_at"))["since"]
    if recalled.author_kind == "customer" and recalled.seq > answered:
        newer = asked.filter(seq__gt=recalled.seq).count()
        conversation.unread = _unread_without(conversation, newer)


def _unread_without(conversation: Conversation, newer: int) -> int:
    """The unread count without the message: the newest are unread, however far an earlier holder had read; a hand-over
    itself counts as 1."""
    was_unread = newer < conversation.unread
    came = bool(conversation.handed_by) or (conversation.state == State.QUEUED and conversation.assigned_at is not None)
    return max(conversation.unread - was_unread, int(came))


def _shown(conversation: Conversation, message: Message) -> bus.Shown:
    """The message without its text, for the audiences that saw it."""
    found = messages_numbered(conversation.pk, [message.seq])[message.seq]
    row = agent_row(lifecycle_queries.row(conversation.pk))
    desk = Audience.HOLDER if conversation.agent_id is not None else Audience.QUEUE
    show = {desk: {"message": message_object(found, "agent"), "row": row}}
    if not message.note:
        show[Audience.VISITOR] = {"message": message_object(found, "visitor")}
    return show
