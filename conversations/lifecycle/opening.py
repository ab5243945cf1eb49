"""Opening conversations, which then wait in the queue: many visitors at once, in one transaction.

A new conversation and its first message are one transaction: the agent who is assigned sees the question, and a message
that is refused opens nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from channels_app.models import Channel
from conversations.lifecycle import queries
from conversations.lifecycle.state import insert_waiting, publish_all
from conversations.models import Conversation
from conversations.posting import writing as posting
from conversations.posting.drafts import Draft, Outcome, check
from conversations.states import State
from conversations.welcome.texts import greeted_lately, greeting, reception_of
from core import bus, clock
from core.errors import Refusal, TooMany
from core.events.conversations import ConversationOpened, ConversationQueued
from core.live.batches import together
from core.web.addresses import network_of
from customers.models import Customer

Pair = tuple[int, int]  # a customer and a channel: at most one conversation of theirs is open


class TooManyOpen(TooMany):
    """`OPEN_PER_ADDRESS` conversations are open from the customer's network."""

    text = _("Too many conversations are open from your network. Please wait a moment.")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose conversation it is, and where."""

    customer: Customer
    channel: Channel

    @property
    def pair(self) -> Pair:
        """The same by ids."""
        return self.customer.pk, self.channel.pk

    @property
    def network(self) -> str:
        """The network of the customer's address; "" where that is not known."""
        return network_of(self.customer.address) if self.customer.address else ""


@dataclass(frozen=True, slots=True)
class Arrival(Visitor):
    """A visitor's message that names no conversation able to take it."""

    draft: Draft


def open_conversation(*, customer: Customer, channel: Channel) -> Conversation:
    """The customer's open conversation on the channel; otherwise a new one in the queue, with the welcome text.

    Raises `TooManyOpen`.
    """
    visitor = Visitor(customer, channel)
    with transaction.atomic():
        place: str | Refusal | None = queries.open_conversations_of([customer.pk]).get(visitor.pair)
        if place is None:
            opened = _open([visitor])
            place = opened.places[visitor.pair]
            posting.post(opened.welcomes)
    if isinstance(place, Refusal):
        raise place
    return Conversation.objects.select_related("customer").get(public_id=place)


def post_first(*, customer: Customer, channel: Channel, draft: Draft) -> Outcome:
    """`post_first_all` for one message. Raises `TooManyOpen` and what `check` raises."""
    (outcome,) = post_first_all([Arrival(customer, channel, draft)])
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def post_first_all(arrivals: Sequence[Arrival]) -> list[Outcome | Exception]:
    """Posts visitors' messages, opening a conversation where there is none; returns for each, in their order, the
    outcome or why there is none.

    A repeated message goes where its first attempt went. All in one transaction, and where that fails each in its own:
    what cannot be stored harms nobody else.
    """
    refusals = [_refusal_of(arrival) for arrival in arrivals]
    outcomes = iter(together(_post, [each for each, refusal in zip(arrivals, refusals, strict=True) if not refusal]))
    return [refusal or next(outcomes) for refusal in refusals]


def _refusal_of(arrival: Arrival) -> Refusal | None:
    try:
        check(arrival.draft)
    except Refusal as refusal:
        return refusal
    return None


@transaction.atomic
def _post(arrivals: Sequence[Arrival]) -> list[Outcome | Exception]:
    """Raises the refusal of a message for which a conversation was opened: it must not stay."""
    places = _places_of(arrivals)
    opened = _open([each for each, place in zip(arrivals, places, strict=True) if place is None])
    given = [place or opened.places[each.pair] for each, place in zip(arrivals, places, strict=True)]
    drafts = [
        replace(each.draft, conversation=place)
        for each, place in zip(arrivals, given, strict=True)
        if isinstance(place, str)
    ]
    outcomes = iter(posting.post([*opened.welcomes, *drafts])[len(opened.welcomes) :])
    result: list[Outcome | Exception] = [next(outcomes) if isinstance(place, str) else place for place in given]
    for outcome in result:
        if isinstance(outcome, Outcome) and outcome.refusal and outcome.row["conversation"] in opened.new:
            raise outcome.refusal
    return result


def _places_of(arrivals: Sequence[Arrival]) -> list[str | None]:
    """For each the conversation (public id) where its message stands already, or the open one; None for none."""
    repeated = queries.places_of_messages([each.draft.client_id for each in arrivals])
    open_ones = queries.open_conversations_of([each.customer.pk for each in arrivals])
    return [repeated.get((each.draft.client_id, *each.pair)) or open_ones.get(each.pair) for each in arrivals]


@dataclass(frozen=True)
class Opened:
    """Where whose messages go, or why nowhere; the conversations among them that are new, and their welcomes."""

    places: Mapping[Pair, str | Refusal]
    new: Collection[str]
    welcomes: list[Draft]


def _open(visitors: Sequence[Visitor]) -> Opened:
    """Of two pages of one visitor that do this at once a unique constraint refuses one: it gets the other's."""
    wanted = {each.pair: each for each in visitors}
    refused = _refused(wanted)
    now = clock.now()
    made = insert_waiting(
        [
            Conversation(
                tenant_id=each.channel.tenant_id,
                customer=each.customer,
                channel=each.channel,
                service_account_id=each.channel.service_account_id,
                state=State.BOT,
                opened_at=now,
                queued_at=now,
                waiting_from=now,
                last_message_at=now,
                opened_from=each.network,
            )
            for pair, each in sorted(wanted.items())
            if pair not in refused
        ]
    )
    bus.publish_all([ConversationOpened(actor=each.row.customer.actor(), **each.opened) for each in made])
    publish_all([ConversationQueued(actor=each.row.customer.actor(), cause="opened", **each.queued) for each in made])
    new = {(each.row.customer_id, each.row.channel_id): each.row.public_id for each in made}
    others = queries.open_conversations_of([pair[0] for pair in wanted.keys() - new.keys() - refused.keys()])
    return Opened(
        places={**others, **new, **refused},
        new=set(new.values()),
        welcomes=_welcomes([wanted[pair] for pair in new], new),
    )


def _refused(wanted: Mapping[Pair, Visitor]) -> dict[Pair, Refusal]:
    """Those for whom their network has no room left; the others of the batch count, too."""
    at_most = settings.OPEN_PER_ADDRESS
    if not at_most:
        return {}
    known = queries.open_from({each.network for each in wanted.values() if each.network}, at_most=at_most)
    refused: dict[Pair, Refusal] = {}
    for pair, each in wanted.items():
        if known.get(each.network, 0) >= at_most:
            refused[pair] = TooManyOpen()
        elif each.network:
            known[each.network] = known.get(each.network, 0) + 1
    return refused


def _welcomes(visitors: Sequence[Visitor], new: Mapping[Pair, str]) -> list[Draft]:
    """The first messages of their new conversations, where they are greeted."""
    channels = {each.channel.pk: each.channel for each in visitors}
    receptions = {pk: reception_of(channel) for pk, channel in channels.items()}
    texts = {
        each.pair: greeting(
            each.channel,
            nickname=each.customer.name,
            zone=each.customer.time_zone,
            language=each.customer.locale,
            reception=receptions[each.channel.pk],
        )
        for each in visitors
    }
    repeated = greeted_lately(texts)
    return [
        Draft(new[pair], uuid4(), "system", None, "", text=text)
        for pair, text in texts.items()
        if text and pair not in repeated
    ]
