"""Visitors' commands about messages and receipts."""

from functools import cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from conversations.lifecycle.opening import post_first_soon
from conversations.messages import recalling
from conversations.messages.commands import (
    MoveReceipt,
    NotifyVisitorTyping,
    OneMessage,
    PostMessage,
    RecallMessage,
)
from conversations.messages.typing_notice import publish_typing
from conversations.posting.batcher import poster
from conversations.posting.drafts import Draft, Ended, Outcome
from conversations.posting.frames import Acknowledgement, acknowledgement
from conversations.posting.receipts import Receipt
from conversations.timeline.wire import message_object
from core.errors import TooMany
from core.live.commands import command
from core.tenancy.threads import in_thread
from core.web.local_limits import RateLimit
from widget.visitor import VisitorClient


class WritesTooFast(TooMany):
    """The visitor exceeds `settings.MESSAGES_PER_MINUTE`."""

    text = _("Too much at once. Please wait a moment.")


@cache
def _writing() -> RateLimit:
    """A minute's messages as burst, then their average rate."""
    return RateLimit(settings.MESSAGES_PER_MINUTE, settings.MESSAGES_PER_MINUTE / 60)


@command("message.post", VisitorClient)
async def post(client: VisitorClient, payload: PostMessage) -> Acknowledgement:
    """Say something: in the conversation named, or the open one, or a new one."""
    if settings.MESSAGES_PER_MINUTE and not _writing().allows(client.key):
        raise WritesTooFast
    draft = Draft(
        payload.conversation or "",
        payload.id,
        "customer",
        client.customer_id,
        client.name,
        *payload.parts(),
    )
    outcome = await (poster(client.tenant_id).post(draft) if payload.conversation else _first(client, draft))
    if outcome.refusal is Ended:
        outcome = await _first(client, draft)
    if outcome.refusal is not None:
        raise outcome.refusal
    return acknowledgement(outcome, "visitor")


async def _first(client: VisitorClient, draft: Draft) -> Outcome:
    return await post_first_soon(customer_id=client.customer_id, channel_id=client.channel_id, draft=draft)


@command("message.recall", VisitorClient)
async def recall(client: VisitorClient, payload: RecallMessage) -> OneMessage:
    """Take one's own message back, within 2 minutes."""
    row = await in_thread(recalling.recall, actor=client.actor, conversation=payload.conversation, n=payload.n)
    return {"message": message_object(row, "visitor")}


@command("receipt", VisitorClient)
async def move_receipt(client: VisitorClient, payload: MoveReceipt) -> None:
    """Say how far I have received and read."""
    receipt = Receipt(payload.conversation, "customer", client.customer_id, payload.delivered, payload.read)
    poster(client.tenant_id).move(receipt)


@command("typing", VisitorClient)
async def notify_typing(client: VisitorClient, payload: NotifyVisitorTyping) -> None:
    """Say that I type, or stopped; more than one every 2 s is passed over, with `text` more than one a second."""
    await publish_typing(
        tenant_id=client.tenant_id,
        side="customer",
        who=client.customer_id,
        name=client.name,
        conversation=payload.conversation,
        on=payload.on,
        text=payload.text,
    )
