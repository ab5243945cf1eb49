"""The acts on a conversation. Each is one transaction that locks the conversation first, then at most one agent.

`_move` is the only place that assigns a conversation's state. Messages are posted in `posting.py`.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import lock_agent
from accounts.models import Agent, Customer, Status
from accounts.permissions import Permission
from accounts.queries import agent_object, agents_with_load
from channels_app.models import Channel
from channels_app.queries import accounts_served_by
from conversations import posting, queries
from conversations.greeting import greeting
from conversations.models import Conversation, Message, Participation
from conversations.objects import agent_row, line_object, message_object, visitor_row
from conversations.posting import Draft, Ended, NotYours
from conversations.states import EndReason, State, may_move
from core import bus, clock
from core.actors import SYSTEM, Actor
from core.errors import NotFound, Refusal
from core.events import (
    AgentLoadChanged,
    Audience,
    ConversationAssigned,
    ConversationEnded,
    ConversationEvent,
    ConversationOpened,
    ConversationQueued,
    ConversationTransferred,
    MessageRecalled,
    NoteRecalled,
    QueueLeft,
)
from core.known_settings import IDLE_END, WAITING_EXPIRY
from core.tenancy import PUBLIC_ID_LENGTH

RECALL_WITHIN = timedelta(minutes=2)


class WrongState(Refusal):
    """The state machine does not know this move from here."""

    code = "already_taken"
    status = 409
    text = _("Somebody was faster: this conversation has changed in the meantime.")


class AgentUnavailable(Refusal):
    """The colleague is offline, disabled, or does not work at a desk."""

    code = "agent_unavailable"
    status = 409
    text = _("This colleague cannot take conversations right now.")


class AgentFull(Refusal):
    """The agent holds as many conversations as the cap allows."""

    code = "agent_unavailable"
    status = 409
    text = _("The agent already has as many conversations as allowed.")


class TooLate(Refusal):
    """A message can be recalled within two minutes."""

    code = "too_late"
    status = 409
    text = _("A message can only be recalled within 2 minutes.")


def lock(public_id: str) -> Conversation:
    """The conversation under its lock; raises `NotFound`."""
    conversation = (
        Conversation.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
        if len(public_id) <= PUBLIC_ID_LENGTH
        else None
    )
    if conversation is None:
        raise NotFound
    return conversation


def lock_by_id(conversation_id: int) -> Conversation:
    """As `lock`, by primary key (rules and sweeps know rows, not public ids)."""
    return Conversation.objects.select_for_update(of=("self",)).get(pk=conversation_id)


def _move(conversation: Conversation, state: State, *changed: str) -> None:
    """Assign a state, against the table, and save it with the other named fields."""
    if not may_move(conversation.state, state):
        raise WrongState
    conversation.state = state
    conversation.save(update_fields=["state", *changed])


def _number(conversation: Conversation, *, for_visitor: bool = True) -> dict[str, Any]:
    """The next numbers of the conversation's streams and the ids each event of it carries; under its lock."""
    conversation.last_event_seq += 1
    if for_visitor:
        conversation.last_visitor_event_seq += 1
    conversation.save(update_fields=["last_event_seq", "last_visitor_event_seq"])
    return {
        **_ids(conversation),
        "seq": conversation.last_event_seq,
        "visitor_seq": conversation.last_visitor_event_seq if for_visitor else None,
        "n": conversation.last_seq,
    }


def _ids(conversation: Conversation) -> dict[str, Any]:
    return {
        "tenant_id": conversation.tenant_id,
        "conversation_id": conversation.pk,
        "conversation": conversation.public_id,
        "customer_id": conversation.customer_id,
        "channel_id": conversation.channel_id,
        "service_account_id": conversation.service_account_id,
        "holders": (conversation.agent_id,) if conversation.agent_id is not None else (),
    }


def _publish(event: ConversationEvent, *audiences: Audience) -> dict[str, Any]:
    """Publish with the conversation's row for each audience; returns the facts the frames were made of.

    Where nobody listens there is nothing to show, and no facts are asked for.
    """
    facts = queries.row(event.conversation_id) if bus.heard() else {}
    show: dict[Audience, dict[str, Any]] = {}
    for audience in audiences if bus.heard() else ():
        if audience is Audience.VISITOR:
            show[audience] = {"row": visitor_row(facts, position=queries.position(facts))}
        else:
            show[audience] = {"row": agent_row(facts), "line": _line(event)}
    bus.publish(event, show=show)
    return facts


def _line(event: ConversationEvent) -> dict[str, Any]:
    data = event.data()
    agent_id = data.get("agent_id")
    agent_name = Agent.objects.values_list("nickname", flat=True).get(pk=agent_id) if agent_id else None
    happened: Mapping[str, Any] = {
        "name": event.name,
        "seq": event.seq,
        "data": data,
        "at": clock.now(),
        "actor_kind": event.actor.kind,
        "actor_name": event.actor.name if event.actor.kind == "agent" else None,
        "agent_name": agent_name,
    }
    return line_object(event.conversation, happened)


def _tell_load(actor: Actor, *agent_ids: int | None) -> None:
    """Colleagues see who has room."""
    if not bus.heard():
        return
    for agent in agents_with_load().filter(pk__in=[agent_id for agent_id in agent_ids if agent_id is not None]):
        event = AgentLoadChanged(tenant_id=agent.tenant_id, actor=actor, agent_id=agent.pk)
        bus.publish(event, show={Audience.DESK: {"agent": agent_object(agent)}})


def _tell_queue_left(conversation: Conversation, actor: Actor) -> None:
    bus.publish(QueueLeft(actor=actor, **_ids(conversation)), show={Audience.QUEUE: {}})


def open_conversation(*, actor: Actor, customer: Customer, channel: Channel) -> Conversation:
    """The customer's open conversation on the channel; a new one starts in the queue, with the welcome text.

    Two pages of one visitor may do this at once: the database lets one row be, and the other page gets that row.
    """
    found = queries.open_conversation_of(customer.pk, channel.pk)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _open(actor, customer, channel)
    except IntegrityError:
        found = queries.open_conversation_of(customer.pk, channel.pk)
        if found is None:
            raise
        return found


def _open(actor: Actor, customer: Customer, channel: Channel) -> Conversation:
    now = clock.now()
    conversation = Conversation.objects.create(
        customer=customer,
        channel=channel,
        service_account_id=channel.service_account_id,
        state=State.BOT,
        opened_at=now,
        queued_at=now,
        last_message_at=now,
    )
    bus.publish(ConversationOpened(actor=actor, **_number(conversation, for_visitor=False)))
    _queue(actor, conversation, cause="opened")
    if welcome := greeting(channel, nickname=customer.name, zone=customer.time_zone):
        say(conversation, welcome)
    return conversation


def say(conversation: Conversation, text: str) -> None:
    """A message of kefu itself, within the caller's transaction."""
    draft = Draft(conversation.public_id, uuid4(), "system", None, "", text=text)
    posting.post([draft])
    conversation.refresh_from_db()


def _queue(actor: Actor, conversation: Conversation, *, cause: str) -> None:
    _move(conversation, State.QUEUED)
    event = ConversationQueued(actor=actor, cause=cause, **_number(conversation))
    _publish(event, Audience.VISITOR, Audience.QUEUE)


@transaction.atomic
def requeue(*, actor: Actor, conversation_id: int, cause: str) -> None:
    """Give an active conversation back to the queue; its original waiting time brings it to the front."""
    conversation = lock_by_id(conversation_id)
    if conversation.state != State.ACTIVE:
        raise WrongState
    holders = (conversation.agent_id,) if conversation.agent_id is not None else ()
    conversation.agent = None
    _move(conversation, State.QUEUED, "agent")
    event = ConversationQueued(actor=actor, cause=cause, **(_number(conversation) | {"holders": holders}))
    _publish(event, Audience.VISITOR, Audience.HOLDER, Audience.QUEUE)
    _tell_load(actor, *holders)


def give_back_all(*, actor: Actor) -> int:
    """Everything the agent holds returns to the queue, each in its own transaction; returns how many."""
    held = Conversation.objects.filter(agent_id=actor.row_id, state=State.ACTIVE).values_list("pk", flat=True)
    return sum(_give_back_if_held(actor, conversation_id) for conversation_id in list(held))


@transaction.atomic
def _give_back_if_held(actor: Actor, conversation_id: int) -> bool:
    conversation = lock_by_id(conversation_id)
    if conversation.agent_id != actor.id or conversation.state != State.ACTIVE:
        return False
    requeue(actor=actor, conversation_id=conversation_id, cause="agent_left")
    return True


@transaction.atomic
def assign(*, actor: Actor, conversation_id: int, agent_id: int, why: Mapping[str, Any]) -> Conversation:
    """Give a waiting conversation to an agent who has room; capacity is counted under the agent's lock."""
    conversation = lock_by_id(conversation_id)
    if conversation.state != State.QUEUED:
        raise WrongState
    agent = lock_agent(agent_id)
    if agent.status != Status.ONLINE or not agent.is_active:
        raise AgentUnavailable
    if load_of(agent_id) >= agent.max_concurrent:
        raise AgentFull
    return _give(actor, conversation, agent, why)


@transaction.atomic
def accept(*, actor: Actor, conversation: str) -> dict[str, Any]:
    """An agent takes a waiting conversation by hand, also above the cap; returns the facts of its row."""
    actor.need(Permission.TAKE)
    locked = lock(conversation)
    if locked.state != State.QUEUED or actor.id is None:
        raise WrongState
    if locked.service_account_id not in accounts_served_by(actor.id):
        raise NotFound
    agent = lock_agent(actor.id)
    if agent.status == Status.OFFLINE:
        raise AgentUnavailable
    _give(actor, locked, agent, {"rule": "accepted"})
    return queries.row(locked.pk)


def _give(actor: Actor, conversation: Conversation, agent: Agent, why: Mapping[str, Any]) -> Conversation:
    now = clock.now()
    conversation.agent = agent
    conversation.assigned_at = now
    _move(conversation, State.ACTIVE, "agent", "assigned_at")
    agent.last_assigned_at = now
    agent.save(update_fields=["last_assigned_at"])
    _take_part(conversation, agent)
    event = ConversationAssigned(actor=actor, agent_id=agent.pk, why=dict(why), **_number(conversation))
    _publish(event, Audience.VISITOR, Audience.HOLDER)
    _tell_queue_left(conversation, actor)
    _tell_load(actor, agent.pk)
    return conversation


def _take_part(conversation: Conversation, agent: Agent) -> None:
    """Remember for ever that the agent held it; a second time changes nothing."""
    part = Participation(tenant_id=conversation.tenant_id, conversation=conversation, agent=agent, began_at=clock.now())
    Participation.objects.bulk_create([part], ignore_conflicts=True)


@transaction.atomic
def transfer(*, actor: Actor, conversation: str, to: str, note: str = "") -> dict[str, Any]:
    """Hand an active conversation to a colleague, also above the cap, with a private note; returns its facts."""
    actor.need(Permission.TRANSFER)
    locked = lock(conversation)
    _need_holder(actor, locked)
    target = Agent.objects.select_related("role").filter(public_id=to, is_active=True).first()
    if target is None:
        raise NotFound
    before = locked.agent_id
    if before is None or target.pk == before:
        raise WrongState
    target = lock_agent(target.pk)
    if target.status == Status.OFFLINE or Permission.DESK not in target.role.permissions:
        raise AgentUnavailable
    if note.strip():
        _note(actor, locked, note)
    locked.agent = target
    locked.assigned_at = clock.now()
    _move(locked, State.ACTIVE, "agent", "assigned_at")
    _take_part(locked, target)
    numbered = _number(locked) | {"holders": (before, target.pk)}
    event = ConversationTransferred(actor=actor, from_agent_id=before, agent_id=target.pk, **numbered)
    facts = _publish(event, Audience.VISITOR, Audience.HOLDER)
    _tell_load(actor, before, target.pk)
    return facts


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


def _need_holder(actor: Actor, conversation: Conversation) -> None:
    """The agent who holds it, or somebody who may see all of them."""
    if conversation.state == State.ENDED:
        raise Ended
    if conversation.state != State.ACTIVE:
        raise WrongState
    if actor.kind != "agent" or (conversation.agent_id != actor.id and not actor.may(Permission.SEE_ALL)):
        raise NotYours


@transaction.atomic
def end_by_agent(*, actor: Actor, conversation: str) -> dict[str, Any]:
    """The holder ends it."""
    locked = lock(conversation)
    _need_holder(actor, locked)
    return _end(actor, locked, EndReason.AGENT)


@transaction.atomic
def end_by_visitor(*, actor: Actor, conversation: str) -> dict[str, Any]:
    """The customer ends it, or leaves the queue."""
    locked = lock(conversation)
    if locked.customer_id != actor.id:
        raise NotFound
    if locked.state == State.ENDED:
        raise Ended
    return _end(actor, locked, EndReason.VISITOR)


@transaction.atomic
def end_if_idle(conversation_id: int) -> bool:
    """End an active conversation in which nobody wrote for the idle time of its place."""
    conversation = lock_by_id(conversation_id)
    if conversation.state != State.ACTIVE or not queries.is_past(conversation, conversation.last_message_at, IDLE_END):
        return False
    _end(SYSTEM, conversation, EndReason.IDLE)
    return True


@transaction.atomic
def end_if_expired(conversation_id: int) -> bool:
    """End a conversation that waited for an agent longer than its place lets it."""
    conversation = lock_by_id(conversation_id)
    if conversation.state != State.QUEUED or not queries.is_past(conversation, conversation.queued_at, WAITING_EXPIRY):
        return False
    _end(SYSTEM, conversation, EndReason.EXPIRED)
    return True


def _end(actor: Actor, conversation: Conversation, reason: EndReason) -> dict[str, Any]:
    was_queued = conversation.state == State.QUEUED
    conversation.ended_at = clock.now()
    conversation.end_reason = reason
    conversation.waiting_since = None
    _move(conversation, State.ENDED, "ended_at", "end_reason", "waiting_since")
    event = ConversationEnded(actor=actor, reason=reason, agent_id=conversation.agent_id, **_number(conversation))
    facts = _publish(event, Audience.VISITOR, Audience.HOLDER)
    if was_queued:
        _tell_queue_left(conversation, actor)
    _tell_load(actor, conversation.agent_id)
    return facts


@transaction.atomic
def recall(*, actor: Actor, conversation: str, n: int) -> dict[str, Any]:
    """Take back one's own message within two minutes; the original stays for auditors. Twice is once."""
    locked = lock(conversation)
    message = Message.objects.filter(conversation=locked, seq=n).first()
    if message is None or (message.author_kind, message.author_id) != (actor.kind, actor.id):
        raise NotFound
    if message.recalled_at is None:
        _recall(actor, locked, message)
    return queries.messages_numbered(locked.pk, [n])[n]


def _recall(actor: Actor, conversation: Conversation, message: Message) -> None:
    now = clock.now()
    if message.created_at < now - RECALL_WITHIN:
        raise TooLate
    message.recalled_at = now
    message.save(update_fields=["recalled_at"])
    if message.seq == conversation.last_seq:
        conversation.last_text = ""
        conversation.save(update_fields=["last_text"])
    numbered = _number(conversation, for_visitor=not message.note)
    event = (NoteRecalled if message.note else MessageRecalled)(actor=actor, recalled=message.seq, **numbered)
    facts, shown = (
        queries.row(conversation.pk),
        queries.messages_numbered(conversation.pk, [message.seq])[message.seq],
    )
    desk = Audience.HOLDER if event.holders else Audience.QUEUE
    show = {desk: {"message": message_object(shown, "agent"), "row": agent_row(facts)}}
    if not message.note:
        show[Audience.VISITOR] = {"message": message_object(shown, "visitor")}
    bus.publish(event, show=show)


def load_of(agent_id: int) -> int:
    """How many conversations an agent holds; under the agent's lock it stays true until commit."""
    return Conversation.objects.filter(agent_id=agent_id, state=State.ACTIVE).count()
