"""Opening a conversation, which then waits in the queue."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from channels_app.models import Channel
from conversations.lifecycle import queries
from conversations.lifecycle.state import move, number, publish
from conversations.models import Conversation
from conversations.posting import writing as posting
from conversations.posting.drafts import Draft, Outcome, check
from conversations.states import State
from conversations.welcome.texts import greeting, unless_repeated
from core import bus, clock
from core.actors import Actor
from core.errors import TooMany
from core.events.conversations import ConversationOpened, ConversationQueued
from core.web.addresses import network_of
from customers.models import Customer


class TooManyOpen(TooMany):
    """`OPEN_PER_ADDRESS` conversations are open from the customer's network."""

    text = _("Too many conversations are open from your network. Please wait a moment.")


def open_conversation(*, actor: Actor, customer: Customer, channel: Channel) -> Conversation:
    """The customer's open conversation on the channel; otherwise a new one in the queue, with the welcome text.

    Raises `TooManyOpen`.
    """
    found = queries.open_conversation_of(customer.pk, channel.pk)
    if found is not None:
        return found
    _need_room(customer)
    opened, outcomes = _open(actor, customer, channel)
    if outcomes:
        opened.refresh_from_db()
    return opened


def post_first(*, actor: Actor, customer: Customer, channel: Channel, draft: Draft) -> Outcome:
    """Posts a visitor's message that names no conversation able to take it; opens one if there is none.

    A repeated message goes where its first attempt went. A new conversation and its first message are one transaction:
    the agent who is assigned sees the question, and a refused message opens nothing. Raises `TooManyOpen` and what
    `check` raises.
    """
    check(draft)
    place = queries.place_of_message(draft.client_id, customer.pk, channel.pk)
    if place is None:
        found = queries.open_conversation_of(customer.pk, channel.pk)
        if found is None:
            _need_room(customer)
            found, outcomes = _open(actor, customer, channel, draft)
            if outcomes:
                return outcomes[-1]
        place = found.public_id
    return posting.post([replace(draft, conversation=place)])[0]


def _need_room(customer: Customer) -> None:
    at_most = settings.OPEN_PER_ADDRESS
    if at_most and customer.address and queries.open_from(network_of(customer.address), at_most=at_most) >= at_most:
        raise TooManyOpen


def _open(actor: Actor, customer: Customer, channel: Channel, *first: Draft) -> tuple[Conversation, Sequence[Outcome]]:
    """A new conversation, and the outcomes of what was posted into it: perhaps a welcome, then `first`.

    Of two pages of one visitor doing this at once a unique constraint refuses one: it gets the other's conversation,
    and nothing is posted for it.
    """
    try:
        with transaction.atomic():
            return _begin(actor, customer, channel, first)
    except IntegrityError:
        found = queries.open_conversation_of(customer.pk, channel.pk)
        if found is None:
            raise
        return found, ()


def _begin(
    actor: Actor, customer: Customer, channel: Channel, first: Sequence[Draft]
) -> tuple[Conversation, Sequence[Outcome]]:
    now = clock.now()
    conversation = Conversation.objects.create(
        customer=customer,
        channel=channel,
        service_account_id=channel.service_account_id,
        state=State.BOT,
        opened_at=now,
        queued_at=now,
        waiting_from=now,
        last_message_at=now,
    )
    bus.publish(ConversationOpened(actor=actor, **number(conversation, for_visitor=False)))
    queue(actor, conversation, cause="opened")
    greeted = greeting(channel, nickname=customer.name, zone=customer.time_zone, language=customer.locale)
    welcome = unless_repeated(greeted, customer=customer, channel=channel)
    welcomes = [Draft("", uuid4(), "system", None, "", text=welcome)] if welcome else []
    drafts = [replace(draft, conversation=conversation.public_id) for draft in (*welcomes, *first)]
    outcomes = posting.post(drafts) if drafts else ()
    for outcome in outcomes:
        if outcome.refusal is not None:
            raise outcome.refusal
    return conversation, outcomes


def queue(actor: Actor, conversation: Conversation, *, cause: str) -> None:
    """Moves the conversation to the queue and publishes `conversation.queued`; `cause` as in the event."""
    event = ConversationQueued(actor=actor, cause=cause, **move(conversation, State.QUEUED))
    publish(event)
