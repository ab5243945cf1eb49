"""Transferring a conversation to a colleague, or back to the queue."""

from collections.abc import Callable
from uuid import uuid4

from django.db import transaction
from django.db.models import Max

from accounts.models import Agent, Status
from accounts.permissions import Permission
from accounts.tenants.locks import lock_agents
from channels_app.service_accounts.queries import group_serving
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
    """Transfers an active conversation to an agent, above the cap too, with a private note unless it is blank; returns
    its row.

    Raises `Forbidden`, `NotFound`, `AgentUnavailable`, `WrongState` for the present holder, and what `require_holder`
    and `drafts.check` do.
    """
    actor.require(Permission.TRANSFER)
    locked = lock(conversation)
    require_holder(actor, locked)
    target = Agent.objects.select_related("role").filter(public_id=to, is_active=True).first()
    if target is None:
        raise NotFound
    before = locked.agent_id
    if before is None or target.pk == before:
        raise WrongState
    target = _lock_receiver(target.pk, before)
    if not drafts.is_blank(note):
        _note(actor, locked, note)
    return _transfer_to(actor, locked, before, target)()


def _lock_receiver(agent_id: int, holder_id: int) -> Agent:
    """A colleague who can be handed something, under both agents' locks; raises `AgentUnavailable`."""
    target = lock_agents(agent_id, holder_id)[agent_id]
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
    record_participation([(conversation, target, group_serving(target.pk, conversation.service_account_id))])
    event = ConversationTransferred(actor=actor, from_agent_id=before, agent_id=target.pk, **numbered)
    row = publish(event)
    publish_load(actor, before, target.pk)
    return row


def _unread_for_next_holder(conversation: Conversation) -> int:
    """The unread count for the next holder: customer messages after the last public reply, and at least 1."""
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
    """Returns an active conversation to the queue: `queued_at` keeps its place in front, `waiting_from` restarts the
    wait. Raises `WrongState`."""
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
    """Requeues everything that the agent holds, each in a transaction of its own; returns the number."""
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
    """Transfers a conversation to the heir, or requeues it where the heir cannot take it, if its agent is disabled,
    deleted or without a desk; returns whether it did. Safe to run twice."""
    conversation = lock_by_id(conversation_id)
    cause = _why_left(conversation.agent) if conversation.state == State.ACTIVE and conversation.agent else ""
    if not cause or conversation.agent is None:
        return False
    if heir_id is None or not _transferred_to(actor, conversation, conversation.agent.pk, heir_id):
        _requeue(actor, conversation, cause)
    return True


def _transferred_to(actor: Actor, conversation: Conversation, before: int, heir_id: int) -> bool:
    """Transfers to the heir; False where they cannot take it."""
    try:
        heir = _lock_receiver(heir_id, before)
    except AgentUnavailable:
        return False
    _transfer_to(actor, conversation, before, heir)
    return True


def _why_left(agent: Agent) -> str:
    """The cause as in `conversation.queued`; "" for an agent who can hold conversations."""
    if agent.deleted_at is not None:
        return wording.REMOVED
    if not agent.is_active:
        return wording.DISABLED
    return "" if Permission.DESK in agent.role.permissions else wording.NO_DESK


@transaction.atomic
def give_back_if_absent(*, actor: Actor, conversation_id: int) -> bool:
    """Requeues a conversation whose customer waits for an agent absent longer than `ABSENT_HOLDER`; returns whether it
    did. Safe to run twice."""
    conversation = lock_by_id(conversation_id)
    if conversation.state != State.ACTIVE or not limits.is_held_by_absent(conversation):
        return False
    _requeue(actor, conversation, wording.ABSENT)
    return True
