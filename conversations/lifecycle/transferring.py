"""Handing a conversation to a colleague, or back to the queue."""

from collections.abc import Callable
from uuid import uuid4

from django.db import transaction
from django.db.models import Max

from accounts.models import Agent, Status
from accounts.permissions import Permission
from accounts.tenants.locks import lock_agent
from conversations.lifecycle.assigning import AgentUnavailable, record_participation
from conversations.lifecycle.state import WrongState, lock, lock_by_id, move, publish, publish_load, require_holder
from conversations.models import Conversation, Message
from conversations.posting import drafts
from conversations.posting import writing as posting
from conversations.posting.drafts import Draft
from conversations.states import State
from conversations.timeline import wording
from conversations.timeline.queries import Row
from conversations.timers import limits
from core import clock
from core.actors import Actor
from core.errors import NotFound
from core.events.conversations import ConversationQueued, ConversationTransferred


@transaction.atomic
def transfer(*, actor: Actor, conversation: str, to: str, note: str = "") -> Row:
    """Hand an active conversation to a colleague, also above the cap, with a private note; returns its facts."""
    actor.require(Permission.TRANSFER)
    locked = lock(conversation)
    require_holder(actor, locked)
    target = Agent.objects.select_related("role").filter(public_id=to, is_active=True).first()
    if target is None:
        raise NotFound
    before = locked.agent_id
    if before is None or target.pk == before:
        raise WrongState
    target = _lock_receiver(target.pk)
    if not drafts.is_blank(note):
        _note(actor, locked, note)
    return _transfer_to(actor, locked, before, target)()


def _lock_receiver(agent_id: int) -> Agent:
    """A colleague who can be handed something, under their lock; raises `AgentUnavailable`."""
    target = lock_agent(agent_id)
    if not target.is_active or target.status == Status.OFFLINE or Permission.DESK not in target.role.permissions:
        raise AgentUnavailable
    return target


def _transfer_to(actor: Actor, conversation: Conversation, before: int, target: Agent) -> Callable[[], Row]:
    conversation.agent = target
    conversation.assigned_at = clock.now()
    conversation.unread = _unread_for_next_holder(conversation)
    conversation.handed_by = actor.name if actor.kind == "agent" else ""
    numbered = move(conversation, State.ACTIVE, "agent", "assigned_at", "unread", "handed_by")
    numbered |= {"holders": (before, target.pk)}
    record_participation(conversation, target)
    event = ConversationTransferred(actor=actor, from_agent_id=before, agent_id=target.pk, **numbered)
    row = publish(event)
    for agent_id in (before, target.pk):
        publish_load(actor, agent_id)
    return row


def _unread_for_next_holder(conversation: Conversation) -> int:
    """What counts as unread to whoever holds it next: what was not answered, and at least that it came."""
    messages = Message.objects.filter(conversation=conversation, recalled_at=None)
    answered = messages.filter(author_kind="agent", note=False).aggregate(last=Max("seq"))["last"] or 0
    return max(1, messages.filter(author_kind="customer", seq__gt=answered).count())


def _note(actor: Actor, conversation: Conversation, text: str) -> None:
    draft = Draft(
        conversation.public_id,
        uuid4(),
        "agent",
        actor.id,
        actor.name,
        text=text.strip(),
        note=True,
        overseer=actor.may(Permission.SEE_ALL),
    )
    drafts.check(draft)
    outcome = posting.post([draft])[0]
    if outcome.refusal is not None:
        raise outcome.refusal
    conversation.refresh_from_db()


@transaction.atomic
def requeue(*, actor: Actor, conversation_id: int, cause: str) -> None:
    """Give an active conversation back to the queue: its first wait brings it to the front, a new one begins."""
    conversation = lock_by_id(conversation_id)
    if conversation.state != State.ACTIVE:
        raise WrongState
    _requeue(actor, conversation, cause)


def _requeue(actor: Actor, conversation: Conversation, cause: str) -> None:
    holder = conversation.agent_id
    conversation.agent = None
    conversation.waiting_from = clock.now()
    conversation.unread = _unread_for_next_holder(conversation)
    conversation.handed_by = ""
    holders = (holder,) if holder is not None else ()
    numbered = move(conversation, State.QUEUED, "agent", "waiting_from", "unread", "handed_by") | {"holders": holders}
    event = ConversationQueued(actor=actor, cause=cause, agent_id=holder, **numbered)
    publish(event)
    publish_load(actor, holder)


def give_back_all(*, actor: Actor, cause: str = wording.GAVE_BACK) -> int:
    """Everything the agent holds returns to the queue, each in its own transaction; returns how many."""
    held = Conversation.objects.filter(agent_id=actor.row_id, state=State.ACTIVE).values_list("pk", flat=True)
    return sum(_give_back_if_held(actor, conversation_id, cause) for conversation_id in list(held))


@transaction.atomic
def _give_back_if_held(actor: Actor, conversation_id: int, cause: str) -> bool:
    conversation = lock_by_id(conversation_id)
    if conversation.agent_id != actor.id or conversation.state != State.ACTIVE:
        return False
    _requeue(actor, conversation, cause)
    return True


@transaction.atomic
def give_back_if_left(*, actor: Actor, conversation_id: int, heir_id: int | None = None) -> bool:
    """To the heir who can take it, or back to the queue, if somebody still holds it who was disabled or deleted or has
    no desk. Twice is once.
    """
    conversation = lock_by_id(conversation_id)
    cause = _why_left(conversation.agent) if conversation.state == State.ACTIVE and conversation.agent else ""
    if not cause or conversation.agent is None:
        return False
    if heir_id is None or not _transferred_to(actor, conversation, conversation.agent.pk, heir_id):
        _requeue(actor, conversation, cause)
    return True


def _transferred_to(actor: Actor, conversation: Conversation, before: int, heir_id: int) -> bool:
    """Whether the heir could take it."""
    try:
        heir = _lock_receiver(heir_id)
    except AgentUnavailable:
        return False
    _transfer_to(actor, conversation, before, heir)
    return True


def _why_left(agent: Agent) -> str:
    """Why an agent can keep nothing; "" for who can."""
    if agent.deleted_at is not None:
        return wording.REMOVED
    if not agent.is_active:
        return wording.DISABLED
    return "" if Permission.DESK in agent.role.permissions else wording.NO_DESK


@transaction.atomic
def give_back_if_absent(*, actor: Actor, conversation_id: int) -> bool:
    """To the front of the queue, if the customer waits for an answer of somebody who is away; twice is once."""
    conversation = lock_by_id(conversation_id)
    if conversation.state != State.ACTIVE or not limits.is_held_by_absent(conversation):
        return False
    _requeue(actor, conversation, wording.ABSENT)
    return True
