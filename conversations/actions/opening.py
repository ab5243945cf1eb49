"""A conversation begins, and waits."""

from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from channels_app.models import Channel
from conversations import posting, queries
from conversations.actions.moving import move, number, publish
from conversations.greeting import greeting, news
from conversations.models import Conversation
from conversations.posting import Draft
from conversations.states import State
from core import bus, clock
from core.actors import Actor
from core.errors import TooMany
from core.events import Audience, ConversationOpened, ConversationQueued
from core.web import network_of


class TooManyOpen(TooMany):
    """From one address so many talk or wait already; most likely a machine."""

    text = _("Too many conversations are open from your network. Please wait a moment.")


def open_conversation(*, actor: Actor, customer: Customer, channel: Channel) -> Conversation:
    """The customer's open conversation on the channel; a new one starts in the queue, with the welcome text.
    Raises `TooManyOpen`.

    Two pages of one visitor may do this at once: the database lets one row be, and the other page gets that row.
    """
    found = queries.open_conversation_of(customer.pk, channel.pk)
    if found is not None:
        return found
    at_most = settings.OPEN_PER_ADDRESS
    if at_most and customer.address and queries.open_from(network_of(customer.address), at_most=at_most) >= at_most:
        raise TooManyOpen
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
        waiting_from=now,
        last_message_at=now,
    )
    bus.publish(ConversationOpened(actor=actor, **number(conversation, for_visitor=False)))
    queue(actor, conversation, cause="opened")
    welcome = greeting(channel, nickname=customer.name, zone=customer.time_zone)
    if welcome := news(welcome, customer=customer, channel=channel):
        say(conversation, welcome)
    return conversation


def say(conversation: Conversation, text: str) -> None:
    """A message of kefu itself."""
    draft = Draft(conversation.public_id, uuid4(), "system", None, "", text=text)
    posting.post([draft])
    conversation.refresh_from_db()


def queue(actor: Actor, conversation: Conversation, *, cause: str) -> None:
    event = ConversationQueued(actor=actor, cause=cause, **move(conversation, State.QUEUED))
    publish(event, Audience.VISITOR, Audience.QUEUE)
