"""Who holds a conversation: assigned, accepted, transferred, given back to the queue."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions import lock_agent
from accounts.models import Agent, Status
from accounts.permissions import Permission
from channels_app.queries import accounts_served_by, group_serving
from conversations import limits, lines, posting, queries
from conversations.actions.moving import (
    WrongState,
    lock,
    lock_by_id,
    move,
    need_holder,
    publish,
    tell_load,
    tell_queue_left,
)
from conversations.models import Conversation, Message, Participation
from conversations.posting import Draft
from conversations.states import State
from core import clock
from core.actors import Actor
from core.errors import NotFound, Refusal
from core.events import Audience, ConversationAssigned, ConversationQueued, ConversationTransferred


class AgentUnavailable(Refusal):
    """The colleague is offline, disabled, or does not work at a desk."""

    code = "agent_unavailable"
    status = 409
    text = _("This colleague cannot take conversations right now.")


class YouAreOffline(AgentUnavailable):
    """Whoever is offline accepts nothing; the same code, the own way out."""

    text = _("You are offline. Choose “Online” or “Busy” to accept conversations.")


class AboveCap(Refusal):
    """Whoever accepts by hand holds as many as the cap allows: that is asked about, and done when asked again."""

    code = "above_cap"
    status = 409

    def __init__(self, load: int, cap: int) -> None:
        super().__init__()
        self.load, self.cap = load, cap

    def __str__(self) -> str:
        return gettext("You already have %(load)d/%(cap)d conversations. Accept all the same?") % {
            "load": self.load,
            "cap": self.cap,
        }


class AgentFull(Refusal):
    """The agent holds as many conversations as the cap allows."""

    code = "agent_unavailable"
    status = 409
    text = _("The agent already has as many conversations as allowed.")


@transaction.atomic
def assign(
    *, actor: Actor, conversation_id: int, agent_id: int, why: Mapping[str, Any], group_id: int | None = None
) -> Conversation:
    """Give a waiting conversation to an agent who has room; capacity is counted under the agent's lock.

    `group_id` is the group through which it is given; without one, the agent's first group that serves it.
    """
    conversation = lock_by_id(conversation_id)
    if conversation.state != State.QUEUED:
        raise WrongState
    agent = lock_agent(agent_id)
    if agent.status != Status.ONLINE or not agent.is_active:
        raise AgentUnavailable
    if load_of(agent_id) >= agent.max_concurrent:
        raise AgentFull
    _give(actor, conversation, agent, why, group_id)
    return conversation


@transaction.atomic
def accept(*, actor: Actor, conversation: str, above: bool = False) -> queries.Facts:
    """An agent takes a waiting conversation by hand; returns the facts of its row. Raises `AboveCap` at the cap, unless
    `above` says that this is meant."""
    actor.need(Permission.TAKE)
    locked = lock(conversation)
    if locked.state != State.QUEUED or actor.id is None:
        raise WrongState
    if locked.service_account_id not in accounts_served_by(actor.id):
        raise NotFound
    agent = lock_agent(actor.id)
    if agent.status == Status.OFFLINE:
        raise YouAreOffline
    if not above and (load := load_of(agent.pk)) >= agent.max_concurrent:
        raise AboveCap(load, agent.max_concurrent)
    return _give(actor, locked, agent, {"rule": "accepted"})()


def _give(
    actor: Actor, conversation: Conversation, agent: Agent, why: Mapping[str, Any], group_id: int | None = None
) -> Callable[[], queries.Facts]:
    now = clock.now()
    conversation.agent = agent
    conversation.assigned_at = now
    numbered = move(conversation, State.ACTIVE, "agent", "assigned_at")
    agent.last_assigned_at = now
    agent.save(update_fields=["last_assigned_at"])
    _take_part(conversation, agent, group_id)
    event = ConversationAssigned(actor=actor, agent_id=agent.pk, why=dict(why), **numbered)
    facts = publish(event, Audience.VISITOR, Audience.HOLDER)
    tell_queue_left(conversation, actor)
    tell_load(actor, agent.pk)
    return facts


def _take_part(conversation: Conversation, agent: Agent, group_id: int | None = None) -> None:
    """Remember for ever that the agent held it, and through which group; a second time changes nothing."""
    part = Participation(
        tenant_id=conversation.tenant_id,
        conversation=conversation,
        agent=agent,
        group_id=group_id or group_serving(agent.pk, conversation.service_account_id),
        began_at=clock.now(),
    )
    Participation.objects.bulk_create([part], ignore_conflicts=True)


def load_of(agent_id: int) -> int:
    """How many conversations an agent holds; under the agent's lock it stays true until commit."""
    return Conversation.objects.filter(agent_id=agent_id, state=State.ACTIVE).count()


@transaction.atomic
def transfer(*, actor: Actor, conversation: str, to: str, note: str = "") -> queries.Facts:
    """Hand an active conversation to a colleague, also above the cap, with a private note; returns its facts."""
    actor.need(Permission.TRANSFER)
    locked = lock(conversation)
    need_holder(actor, locked)
    target = Agent.objects.select_related("role").filter(public_id=to, is_active=True).first()
    if target is None:
        raise NotFound
    before = locked.agent_id
    if before is None or target.pk == before:
        raise WrongState
    target = _lock_taker(target.pk)
    if not posting.is_blank(note):
        _note(actor, locked, note)
    return _hand(actor, locked, before, target)()


def _lock_taker(agent_id: int) -> Agent:
    """A colleague who can be handed something, under their lock; raises `AgentUnavailable`."""
    target = lock_agent(agent_id)
    if not target.is_active or target.status == Status.OFFLINE or Permission.DESK not in target.role.permissions:
        raise AgentUnavailable
    return target


def _hand(actor: Actor, conversation: Conversation, before: int, target: Agent) -> Callable[[], queries.Facts]:
    conversation.agent = target
    conversation.assigned_at = clock.now()
    conversation.unread = _new_to_the_next(conversation)
    conversation.handed_by = actor.name if actor.kind == "agent" else ""
    numbered = move(conversation, State.ACTIVE, "agent", "assigned_at", "unread", "handed_by")
    numbered |= {"holders": (before, target.pk)}
    _take_part(conversation, target)
    event = ConversationTransferred(actor=actor, from_agent_id=before, agent_id=target.pk, **numbered)
    facts = publish(event, Audience.VISITOR, Audience.HOLDER)
    for agent_id in (before, target.pk):
        tell_load(actor, agent_id)
    return facts


def _new_to_the_next(conversation: Conversation) -> int:
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
    posting.check(draft)
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
    conversation.unread = _new_to_the_next(conversation)
    conversation.handed_by = ""
    holders = (holder,) if holder is not None else ()
    numbered = move(conversation, State.QUEUED, "agent", "waiting_from", "unread", "handed_by") | {"holders": holders}
    event = ConversationQueued(actor=actor, cause=cause, agent_id=holder, **numbered)
    publish(event, Audience.VISITOR, Audience.HOLDER, Audience.QUEUE)
    tell_load(actor, holder)


def give_back_all(*, actor: Actor, cause: str = lines.GAVE_BACK) -> int:
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
    if heir_id is None or not _handed(actor, conversation, conversation.agent.pk, heir_id):
        _requeue(actor, conversation, cause)
    return True


def _handed(actor: Actor, conversation: Conversation, before: int, heir_id: int) -> bool:
    """Whether the heir could take it."""
    try:
        heir = _lock_taker(heir_id)
    except AgentUnavailable:
        return False
    _hand(actor, conversation, before, heir)
    return True


def _why_left(agent: Agent) -> str:
    """Why an agent can keep nothing; "" for who can."""
    if agent.deleted_at is not None:
        return lines.REMOVED
    if not agent.is_active:
        return lines.DISABLED
    return "" if Permission.DESK in agent.role.permissions else lines.NO_DESK


@transaction.atomic
def give_back_if_absent(*, actor: Actor, conversation_id: int) -> bool:
    """To the front of the queue, if the customer waits for an answer of somebody who is away; twice is once."""
    conversation = lock_by_id(conversation_id)
    if conversation.state != State.ACTIVE or not limits.is_held_by_absent(conversation):
        return False
    _requeue(actor, conversation, lines.ABSENT)
    return True
