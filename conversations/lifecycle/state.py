"""What every act on a conversation uses: its lock, state, event numbers and events.

Locks leave the keys free: who inserts rows that refer to conversations and agents (the statistics) neither waits for
them nor holds them up, in whatever order it inserts.

`_entered` is the only function that says which state a conversation gets, against the table of `states.py`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.agents.caps import publish_loads
from accounts.models import Agent
from accounts.permissions import Permission
from channels_app.service_accounts.queries import accounts_served_by
from conversations.lifecycle import queries
from conversations.lifecycle.sql import LOCK_WAITING, OPEN
from conversations.models import Conversation
from conversations.posting.drafts import Ended, NotYours
from conversations.states import State, may_move
from conversations.timeline.queries import Row, positions
from conversations.timeline.wire import agent_line, agent_row, visitor_line, visitor_row
from core import bus, clock
from core.actors import Actor
from core.errors import NotFound, Refusal
from core.events.base import Audience, ConversationEvent
from core.events.conversations import ConversationOpened, ConversationQueued, QueueLeft
from core.live.groups import groups_of
from core.rows import one_or_404, valid_id
from core.statements import Asked, as_json, fetch_here, look_up_objects, save_all
from core.tenancy.scope import current_tenant_id


class WrongState(Refusal):
    """The state machine has no transition from the present state, usually because somebody else was first."""

    code = "already_taken"
    status = 409
    text = _("Somebody was faster: this conversation has changed in the meantime.")


class Taken(WrongState):
    """It does not wait any more, because the agent `by` has it."""

    def __init__(self, by: str) -> None:
        super().__init__()
        self.by = by

    def __str__(self) -> str:
        return gettext("%(name)s was faster and has this conversation now.") % {"name": self.by}


def lock(public_id: str) -> Conversation:
    """The conversation, locked until commit; raises `NotFound`."""
    return one_or_404(
        Conversation.objects.select_for_update(of=("self",), no_key=True).filter(public_id=valid_id(public_id))
    )


def lock_all(public_ids: Collection[str]) -> dict[str, Conversation]:
    """As `lock` for several, by public id, in the order of ids as posting does; unknown ones are left out."""
    known = {valid_id(each) for each in public_ids}
    return {each.public_id: each for each in lock_those(Conversation.objects.filter(public_id__in=known))}


def lock_those(rows: "QuerySet[Conversation]") -> list[Conversation]:
    """The conversations that a query finds, under their locks, which are taken in the order of ids."""
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


def lock_by_id(conversation_id: int) -> Conversation:
    """As `lock`, by primary key; raises `DoesNotExist`."""
    return Conversation.objects.select_for_update(of=("self",), no_key=True).get(pk=conversation_id)


def require_holder(actor: Actor, conversation: Conversation) -> None:
    """Raises `Ended`, `WrongState` while it is not active, and `NotYours` unless the actor holds it or may see all."""
    if conversation.state == State.ENDED:
        raise Ended
    if conversation.state != State.ACTIVE:
        raise WrongState
    if actor.kind != "agent" or (conversation.agent_id != actor.id and not actor.may(Permission.SEE_ALL)):
        raise NotYours


def is_held_by(actor: Actor, conversation: Conversation) -> bool:
    """Whether it is active, and the actor's own."""
    return conversation.state == State.ACTIVE and actor.kind == "agent" and conversation.agent_id == actor.id


def require_waiting_for(actor: Actor, conversation: Conversation) -> None:
    """Raises unless it waits in a queue that the actor serves: `Forbidden`, `NotFound` for another queue, `Ended`, and
    `Taken` while an agent has it."""
    actor.require(Permission.TAKE)
    if conversation.service_account_id not in accounts_served_by(actor.row_id):
        raise NotFound
    if conversation.state == State.ENDED:
        raise Ended
    if conversation.agent is not None:
        raise Taken(conversation.agent.nickname)
    if conversation.state != State.QUEUED:
        raise WrongState


def lock_waiting(ids: Collection[int]) -> list[Conversation]:
    """Those of the conversations that still wait, under their locks, in the order of the queue.

    Waits for locks instead of skipping them: a visitor's message locks its conversation for a moment too, and skipping
    would let others overtake.
    """
    found = look_up_objects(LOCK_WAITING, Conversation, tenant=current_tenant_id(), ids=list(ids))
    return sorted((each for (each,) in found), key=lambda each: (each.queued_at, each.pk))


def move_all(conversations: Sequence[Conversation], state: State, *changed: str) -> list[dict[str, Any]]:
    """Assigns a state, against the table, and saves it with the other named fields in one statement; returns what
    `number` does, for each. Needs the locks, also of the agents concerned."""
    for conversation in conversations:
        _enter(conversation, state)
        _count_event(conversation, for_visitor=True)
    save_all(conversations, *COUNTERS, "state", *changed)
    return [_numbers(conversation, for_visitor=True) for conversation in conversations]


class Opening(NamedTuple):
    """A conversation to be: whose, where, and the network from which it is opened."""

    public_id: str
    customer_id: int
    channel_id: int
    service_account_id: int
    opened_from: str


def insert_waiting(openings: Sequence[Opening], *, by: Actor | None = None) -> Sequence[Row]:
    """Saves new conversations, which wait then, and logs that they were `opened` and `queued`, in one statement: `by`
    an agent, else each by its customer. Returns the rows (of `queries.ROWS`) of those that are saved. Left out is one
    whose customer has an open one on the channel by now.

    After commit everybody learns that they are queued.
    """
    (made,) = fetch_here(
        Asked(
            OPEN,
            {
                "tenant": current_tenant_id(),
                "conversations": as_json([each._asdict() for each in openings]),
                "state": _entered(State.BOT, State.QUEUED),
                "at": clock.now(),
                "frozen": clock.frozen_time(),
                "agent": by.id if by else None,
                **FIRST_NUMBERS,
                "logged": _first_entries(),
            },
        )
    )
    places = {row["conversation_id"]: row["position"] for row in made}
    opened_and_queued = zip(*(_first_events(row, by) for row in made), strict=True)
    publish_logged([event for those in opened_and_queued for event in those], made, Context({}, places))
    return made


FIRST_NUMBERS = {"events": 2, "visitor_events": 1}  # they do not see that it was opened


def _first_events(row: Row, by: Actor | None = None) -> tuple[ConversationEvent, ...]:
    """The first events of a conversation."""
    names = ("tenant_id", "conversation_id", "conversation", "customer_id", "channel_id", "service_account_id")
    actor = by or Actor("customer", row["customer_id"], row["customer_name"])
    ids = {name: row[name] for name in names} | {"actor": actor}
    return ConversationOpened(**ids, seq=1), ConversationQueued(**ids, seq=2, visitor_seq=1, cause="opened")


@cache
def _first_entries() -> str:
    """What the log holds of them, the same for each conversation."""
    nobody = dict.fromkeys(("tenant_id", "conversation_id", "customer_id", "channel_id", "service_account_id"), 0)
    events = _first_events({**nobody, "conversation": "", "customer_name": ""})
    return as_json(
        [
            {"name": event.name, "seq": event.seq, "visitor_seq": event.visitor_seq, "data": event.data()}
            for event in events
        ]
    )


def _enter(conversation: Conversation, state: State) -> None:
    conversation.state = _entered(conversation.state, state)


def _entered(before: str, state: State) -> State:
    if not may_move(before, state):
        raise WrongState
    return state


def number(conversation: Conversation, *changed: str, for_visitor: bool = True) -> dict[str, Any]:
    """Takes the next event numbers of the conversation; returns the fields that each event of it carries. Needs the
    lock.

    Saves the numbers and the fields `changed` in one statement; `for_visitor` also advances the visitor's numbers.
    """
    _count_event(conversation, for_visitor=for_visitor)
    conversation.save(update_fields=[*COUNTERS, *changed])
    return _numbers(conversation, for_visitor=for_visitor)


COUNTERS = ("last_event_seq", "last_visitor_event_seq")


def _count_event(conversation: Conversation, *, for_visitor: bool) -> None:
    conversation.last_event_seq += 1
    conversation.last_visitor_event_seq += for_visitor


def _numbers(conversation: Conversation, *, for_visitor: bool) -> dict[str, Any]:
    return {
        **ids_of(conversation),
        "seq": conversation.last_event_seq,
        "visitor_seq": conversation.last_visitor_event_seq if for_visitor else None,
        "n": conversation.last_seq,
    }


def ids_of(conversation: Conversation) -> dict[str, Any]:
    """The ids that each event of the conversation carries, and its holders."""
    return {
        "tenant_id": conversation.tenant_id,
        "conversation_id": conversation.pk,
        "conversation": conversation.public_id,
        "customer_id": conversation.customer_id,
        "channel_id": conversation.channel_id,
        "service_account_id": conversation.service_account_id,
        "holders": (conversation.agent_id,) if conversation.agent_id is not None else (),
    }


def publish(event: ConversationEvent) -> Callable[[], Row]:
    """Publish with the conversation's row and the line of its thread to everybody the event is for; returns how to get
    that row, which is read once."""
    rows = publish_all([event])
    return lambda: rows()[event.conversation_id]


def publish_all(events: Sequence[ConversationEvent]) -> Callable[[], dict[int, Row]]:
    """As `publish` for events of several conversations, in a constant number of queries."""
    ids = [event.conversation_id for event in events]

    @cache
    def rows() -> dict[int, Row]:
        return dict(queries.rows_by_id(ids))

    @cache
    def context() -> Context:
        return Context(_names_in(events), positions(list(rows().values())))

    def show(event: ConversationEvent) -> bus.Shown:
        return _shown(event, rows()[event.conversation_id], context())

    bus.publish_all(events, show=show)
    return rows


def publish_logged(events: Sequence[ConversationEvent], found: Iterable[Row], context: "Context") -> None:
    """As `publish_all` for events that a statement has logged, with the rows that it returned."""
    rows = {row["conversation_id"]: row for row in found}
    bus.publish_logged(events, show=lambda event: _shown(event, rows[event.conversation_id], context))


class Context(NamedTuple):
    """What is read once for all events: the agents' names, and the places of conversations in the queue, by ids."""

    names: Mapping[int, str]
    positions: Mapping[int, int]


def _names_in(events: Sequence[ConversationEvent]) -> dict[int, str]:
    """Agent → nickname, of the agents whom the events are about."""
    known = [event.data() for event in events]
    concerned = {agent_id for data in known for each in ("agent_id", "from_agent_id") if (agent_id := data.get(each))}
    return dict(Agent.objects.filter(pk__in=concerned).values_list("pk", "nickname")) if concerned else {}


def _shown(event: ConversationEvent, found: Row, context: Context) -> bus.Shown:
    happened = _happened(event, context.names)
    place = context.positions.get(event.conversation_id)
    there = (audience for audience in Audience if audience in event.audience and groups_of(event, audience))
    return {audience: _row_for(audience, event, found, happened, place) for audience in there}


def _row_for(
    audience: Audience, event: ConversationEvent, found: Row, happened: Row, place: int | None
) -> dict[str, Any]:
    if audience is Audience.VISITOR:
        row = visitor_row(found, position=place)
        line = visitor_line(found, happened)
    else:
        row, line = agent_row(found), agent_line(event.conversation, happened)
    return {"row": row, "line": line} if line else {"row": row}


def _happened(event: ConversationEvent, names: Mapping[int, str]) -> dict[str, Any]:
    """The event as a row of `queries.EVENTS`."""
    data = event.data()
    agent_id, before_id = data.get("agent_id") or 0, data.get("from_agent_id") or 0
    return {
        "name": event.name,
        "seq": event.seq,
        "visitor_seq": event.visitor_seq,
        "data": data,
        "at": clock.now(),
        "actor_kind": event.actor.kind,
        "actor_id": event.actor.id,
        "actor_name": event.actor.name if event.actor.kind == "agent" else None,
        "agent_name": names.get(agent_id),
        "from_name": names.get(before_id),
    }


def publish_load(actor: Actor, *agent_ids: int | None) -> None:
    """Colleagues see whether these agents have room now."""
    publish_loads(actor=actor, agent_ids={each for each in agent_ids if each})


def publish_queue_left(actor: Actor, *conversations: Conversation) -> None:
    """Nobody else can take them from the queue now."""
    left = [QueueLeft(actor=actor, **ids_of(conversation)) for conversation in conversations]
    bus.publish_all(left, show=lambda _event: {Audience.QUEUE: {}})
