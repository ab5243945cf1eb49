"""Opening conversations, which then wait in the queue: many visitors at once, in one transaction.

A new conversation and its first message are one transaction: the agent who is assigned sees the question, and a message
that is refused opens nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from channels_app.models import Channel
from conversations.lifecycle import queries
from conversations.lifecycle.sql import ARRIVING
from conversations.lifecycle.state import Opening, insert_waiting
from conversations.models import Conversation
from conversations.posting import writing as posting
from conversations.posting.drafts import Draft, Outcome, check
from conversations.timeline.queries import Row
from conversations.welcome.texts import Reception, asked_receptions, greeted_lately, greeting, read_receptions
from core.batches import together_where
from core.errors import NotFound, Refusal, TooMany
from core.live.gathering import Batches
from core.statements import Asked, as_json, fetch_here
from core.tenancy.models import random_id
from core.tenancy.scope import current_tenant_id
from core.tenancy.threads import on_thread
from core.web.addresses import network_of
from customers.models import Customer

Pair = tuple[int, int]  # a customer and a channel: at most one conversation of theirs is open


class TooManyOpen(TooMany):
    """`OPEN_PER_ADDRESS` conversations are open from the customer's network."""

    text = _("Too many conversations are open from your network. Please wait a moment.")


@dataclass(frozen=True, slots=True)
class Visitor:
    """What is known of somebody who writes on a channel. `place` is the conversation (public id) where the message
    goes, None where one must be opened."""

    customer_id: int
    channel_id: int
    service_account_id: int
    name: str
    zone: str
    language: str
    network: str  # of the customer's address; "" where that is not known
    place: str | None
    has_been_here: bool  # had a conversation on the channel before

    @property
    def pair(self) -> Pair:
        """The customer and the channel."""
        return self.customer_id, self.channel_id


@dataclass(frozen=True, slots=True)
class Arrival:
    """A visitor's message that names no conversation able to take it."""

    customer_id: int
    channel_id: int
    draft: Draft


def open_conversation(*, customer: Customer, channel: Channel) -> Conversation:
    """The customer's open conversation on the channel; otherwise a new one in the queue, with the welcome text.

    Raises `TooManyOpen`.
    """
    with transaction.atomic():
        (visitor,), receptions = _known([(customer.pk, channel.pk, uuid4())])
        if visitor is None:
            raise NotFound
        place: str | Refusal | None = visitor.place
        if place is None:
            opened = _open([visitor], receptions)
            place = opened.places[visitor.pair]
            posting.post(opened.welcomes)
    if isinstance(place, Refusal):
        raise place
    return Conversation.objects.select_related("customer").get(public_id=place)


def post_first(*, customer: Customer, channel: Channel, draft: Draft) -> Outcome:
    """`post_first_all` for one message. Raises `TooManyOpen`, `NotFound` and what `check` raises."""
    (outcome,) = post_first_all([Arrival(customer.pk, channel.pk, draft)])
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def post_first_all(arrivals: Sequence[Arrival]) -> list[Outcome | Exception]:
    """Posts visitors' messages, opening a conversation where there is none; returns for each, in their order, the
    outcome or why there is none: `NotFound` where the customer or the channel is gone.

    A repeated message goes where its first attempt went. All in one transaction, and where that fails each in its own:
    what cannot be stored harms nobody else.
    """
    return together_where(_refusal_of, _post, arrivals)


async def post_first_soon(*, customer_id: int, channel_id: int, draft: Draft) -> Outcome:
    """`post_first`, together with those who write at the same time, after commit, in the tenant's scope. Raises what it
    raises, and `Busy`."""
    return await arrivals.call(Arrival(customer_id, channel_id, draft))


arrivals: Batches[Arrival, Outcome] = Batches("arrivals", on_thread(post_first_all))


def _refusal_of(arrival: Arrival) -> Refusal | None:
    try:
        check(arrival.draft)
    except Refusal as refusal:
        return refusal
    return None


@transaction.atomic
def _post(arrivals: Sequence[Arrival]) -> list[Outcome | Exception]:
    """Raises the refusal of a message for which a conversation was opened: it must not stay."""
    visitors, receptions = _known([(each.customer_id, each.channel_id, each.draft.client_id) for each in arrivals])
    opened = _open([each for each in visitors if each and each.place is None], receptions)
    given = [(each.place or opened.places[each.pair]) if each else NotFound() for each in visitors]
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


def _known(messages: Sequence[tuple[int, int, UUID]]) -> tuple[list[Visitor | None], Mapping[int, Reception]]:
    """For each customer, channel and client id what is known, None where the customer or the channel is gone; and the
    receptions of the channels."""
    names = ("customer_id", "channel_id", "client_id")
    asked = as_json([dict(zip(names, message, strict=True)) for message in messages])
    arriving = Asked(ARRIVING, {"tenant": current_tenant_id(), "messages": asked})
    rows, receptions = fetch_here(arriving, asked_receptions({channel_id for _customer, channel_id, _id in messages}))
    return [_visitor(row) for row in rows], read_receptions(receptions)


def _visitor(row: Row) -> Visitor | None:
    if row["customer_id"] is None or row["channel_id"] is None:
        return None
    return Visitor(
        row["customer_id"],
        row["channel_id"],
        row["service_account_id"],
        name=row["name"],
        zone=row["time_zone"],
        language=row["locale"],
        network=network_of(row["address"]) if row["address"] else "",
        place=row["place"],
        has_been_here=row["has_been_here"],
    )


@dataclass(frozen=True)
class Opened:
    """Where whose messages go, or why nowhere; the conversations among them that are new, and their welcomes."""

    places: Mapping[Pair, str | Refusal]
    new: Collection[str]
    welcomes: list[Draft]


def _open(visitors: Sequence[Visitor], receptions: Mapping[int, Reception]) -> Opened:
    """Of two pages of one visitor that do this at once a unique constraint refuses one: it gets the other's."""
    wanted = {each.pair: each for each in visitors}
    refused = _refused(wanted)
    asked = [
        Opening(random_id(), each.customer_id, each.channel_id, each.service_account_id, each.network)
        for pair, each in wanted.items()
        if pair not in refused
    ]
    made = insert_waiting(asked) if asked else []
    new = {(row["customer_id"], row["channel_id"]): row["conversation"] for row in made}
    late = [pair[0] for pair in wanted.keys() - new.keys() - refused.keys()]
    others = queries.open_conversations_of(late) if late else {}
    return Opened(
        places={**others, **new, **refused},
        new=set(new.values()),
        welcomes=_welcomes([wanted[pair] for pair in new], new, receptions),
    )


def _refused(wanted: Mapping[Pair, Visitor]) -> dict[Pair, Refusal]:
    """Those for whom their network has no room left; the others of the batch count, too."""
    at_most = settings.OPEN_PER_ADDRESS
    networks = {each.network for each in wanted.values() if each.network}
    if not at_most or not networks:
        return {}
    known = queries.open_from(networks, at_most=at_most)
    refused: dict[Pair, Refusal] = {}
    for pair, each in wanted.items():
        if known.get(each.network, 0) >= at_most:
            refused[pair] = TooManyOpen()
        elif each.network:
            known[each.network] = known.get(each.network, 0) + 1
    return refused


def _welcomes(visitors: Sequence[Visitor], new: Mapping[Pair, str], receptions: Mapping[int, Reception]) -> list[Draft]:
    """The first messages of their new conversations, where they are greeted."""
    texts = {
        each.pair: greeting(receptions[each.channel_id], nickname=each.name, zone=each.zone, language=each.language)
        for each in visitors
    }
    again = {each.pair: texts[each.pair] for each in visitors if each.has_been_here and texts[each.pair]}
    repeated = greeted_lately(again) if again else set()
    return [
        Draft(new[pair], uuid4(), "system", None, "", text=text)
        for pair, text in texts.items()
        if text and pair not in repeated
    ]
