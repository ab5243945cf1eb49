"""Beginning a conversation with a known customer: an agent writes first."""

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from channels_app.service_accounts.queries import accounts_served_by
from conversations.lifecycle import queries
from conversations.lifecycle.assigning import take
from conversations.lifecycle.state import Opening, insert_waiting, is_held_by, lock
from conversations.models import Conversation
from conversations.timeline.queries import Row
from core.actors import Actor
from core.errors import NotFound, Refusal
from core.rows import one_or_404, valid_id
from core.tenancy.models import random_id


class ChannelClosed(Refusal):
    """The channel is switched off: the customer cannot be reached there."""

    code = "channel_closed"
    status = 409
    text = _("This channel is switched off. The customer cannot be reached there.")


class AlreadyOpen(Refusal):
    """The customer has an open conversation on the channel: with the agent `by`, or in the queue."""

    code = "already_open"
    status = 409

    def __init__(self, by: str | None) -> None:
        super().__init__()
        self.by = by

    def __str__(self) -> str:
        if self.by is None:
            return gettext("This customer is waiting in the queue.")
        return gettext("%(name)s is talking to this customer.") % {"name": self.by}


@transaction.atomic
def begin(*, actor: Actor, conversation: str, above: bool = False) -> Row:
    """Opens a conversation with the customer of an earlier one, on its channel, in the actor's hands; returns its row.
    Where the actor talks to the customer there already, the row of that one.

    Without a welcome text. Raises `Forbidden`, `NotFound` for a service account that the actor does not serve,
    `ChannelClosed`, `AlreadyOpen`, and what `take` does.
    """
    actor.require(Permission.TAKE)
    rows = Conversation.objects.select_related("channel")
    earlier = one_or_404(rows.filter(public_id=valid_id(conversation)))
    if earlier.service_account_id not in accounts_served_by(actor.row_id):
        raise NotFound
    if not earlier.channel.is_active:
        raise ChannelClosed
    place = (earlier.customer_id, earlier.channel_id, earlier.service_account_id)
    made = insert_waiting([Opening(random_id(), *place, opened_from="")], by=actor)
    if not made:
        return _own_open(actor, earlier)
    return take(actor, lock(made[0]["conversation"]), rule="began", above=above)


def _own_open(actor: Actor, earlier: Conversation) -> Row:
    """The row of the one that is open, where it is the actor's; else raises `AlreadyOpen` with whose it is, as far as
    it goes on still."""
    going_on = Conversation.objects.filter(customer_id=earlier.customer_id, channel_id=earlier.channel_id)
    held = going_on.filter(agent__isnull=False, ended_at=None).select_related("agent").first()
    if held is not None and is_held_by(actor, held):
        return queries.row(held.pk)
    raise AlreadyOpen(held.agent.nickname if held is not None and held.agent is not None else None)
