"""Transferring conversations to a colleague or a group, or back to the queue; many at once."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from uuid import uuid4

from django.db import transaction

from accounts.models import Agent
from accounts.permissions import Permission
from accounts.tenants.locks import lock_agents
from channels_app.service_accounts.queries import group_serving
from conversations.lifecycle import queries, receiving
from conversations.lifecycle.assigning import AgentUnavailable, record_participation
from conversations.lifecycle.queries import unread_for_next_holder
from conversations.lifecycle.state import (
    WrongState,
    lock_all,
    lock_by_id,
    lock_those,
    move_all,
    publish_all,
    publish_load,
    require_holder,
)
from conversations.models import Conversation
from conversations.posting import drafts
from conversations.posting import writing as posting
from conversations.posting.drafts import Draft
from conversations.states import State
from conversations.timeline import wording
from conversations.timeline.queries import Row
from conversations.timers import limits
from core import clock
from core.actors import Actor
from core.batches import batches, for_each_batch, together
from core.errors import NotFound, Refusal
from core.events.conversations import ConversationQueued, ConversationTransferred


def transfer(*, actor: Actor, conversation: str, to: str, note: str = "") -> Row:
    """Transfers an active conversation, with a private note unless it is blank; returns its row.

    `to` (public id) is an agent, who gets it above the cap too, or a group: then the least busy of those of it
    who are online. Raises `Forbidden`, `NotFound`, `AgentUnavailable`, `WrongState` for the present holder, and what
    `require_holder` and `drafts.check` do.
    """
    actor.require(Permission.TRANSFER)
    (result,) = _transfer_together([conversation], actor=actor, to=to, note=note)
    if isinstance(result, Refusal):
        raise result
    return result


def transfer_all(*, actor: Actor, conversations: Sequence[str], to: str, note: str = "") -> list[Row | Exception]:
    """As `transfer` for several, each with the note; returns for each, in their order, the row or why it stays. Many in
    a transaction, and where that fails each in its own. Raises `Forbidden`."""
    actor.require(Permission.TRANSFER)
    act = partial(_transfer_together, actor=actor, to=to, note=note)
    return [result for those in batches(conversations) for result in together(act, those)]


@transaction.atomic
def _transfer_together(conversations: Sequence[str], *, actor: Actor, to: str, note: str) -> list[Row | Refusal]:
    locked = lock_all(set(conversations))
    refusals = {name: _refusal_of(actor, locked.get(name)) for name in conversations}
    those = [locked[name] for name, refusal in refusals.items() if refusal is None]
    given = receiving.receivers(to, {each.public_id: each.agent_id or 0 for each in those})
    refusals |= {name: why for name, why in given.items() if isinstance(why, Refusal)}
    those = [each for each in those if refusals[each.public_id] is None]
    if not drafts.is_blank(note):
        those = _note(actor, those, note)
    rows: dict[int, Row] = {}
    for receiver in dict.fromkeys(each for each in given.values() if isinstance(each, Agent)):
        mine = [each for each in those if given[each.public_id] == receiver]
        rows |= _transfer_to(actor, mine, receiver)()
    return [refusals[name] or rows[locked[name].pk] for name in conversations]


def _refusal_of(actor: Actor, conversation: Conversation | None) -> Refusal | None:
    try:
        if conversation is None:
            raise NotFound
        require_holder(actor, conversation)
    except Refusal as refusal:
        return refusal
    return None


def _transfer_to(actor: Actor, conversations: Sequence[Conversation], target: Agent) -> Callable[[], dict[int, Row]]:
    """Gives active conversations to the agent; they and all agents concerned are locked. A constant number of
    statements for each service account."""
    before = {each.pk: each.agent_id or 0 for each in conversations}
    groups = {each: group_serving(target.pk, each) for each in {each.service_account_id for each in conversations}}
    unread = unread_for_next_holder(list(before))
    for each in conversations:
        each.agent = target
        each.assigned_at = clock.now()
        each.unread = unread[each.pk]
        each.handed_by = actor.name if actor.kind == "agent" else ""
    numbered = move_all(conversations, State.ACTIVE, "agent", "assigned_at", "unread", "handed_by")
    record_participation((each, target, groups[each.service_account_id]) for each in conversations)
    rows = publish_all(
        [
            ConversationTransferred(
                actor=actor,
                from_agent_id=before[each.pk],
                agent_id=target.pk,
                **numbers | {"holders": (before[each.pk], target.pk)},
            )
            for each, numbers in zip(conversations, numbered, strict=True)
        ]
    )
    publish_load(actor, *before.values(), target.pk)
    return rows


def _note(actor: Actor, conversations: Sequence[Conversation], text: str) -> list[Conversation]:
    """Leaves the note in each of them, which are locked; returns them as they are now."""
    left = [
        Draft(
            each.public_id,
            uuid4(),
            "agent",
            actor.id,
            actor.name,
            text=text.strip(),
            note=True,
            overseer=actor.may(Permission.SEE_ALL),
        )
        for each in conversations
    ]
    for draft in left:
        drafts.check(draft)
    for outcome in posting.post(left):
        if outcome.refusal is not None:
            raise outcome.refusal
    return lock_those(Conversation.objects.filter(pk__in=[each.pk for each in conversations]))


@transaction.atomic
def requeue(*, actor: Actor, conversation_id: int, cause: str) -> None:
    """Returns an active conversation to the queue: `queued_at` keeps its place in front, `waiting_from` restarts the
    wait. Raises `WrongState`."""
    conversation = lock_by_id(conversation_id)
    if conversation.state != State.ACTIVE:
        raise WrongState
    _requeue(actor, [(conversation, cause)])


def _requeue(actor: Actor, returned: Sequence[tuple[Conversation, str]]) -> int:
    """Returns active conversations, each for its cause, to the queue; the number. They are locked; locks their
    agents."""
    if not returned:
        return 0
    rows = [each for each, _cause in returned]
    holders = {each.pk: each.agent_id or 0 for each in rows}
    lock_agents(*holders.values())
    unread = unread_for_next_holder(list(holders))
    for each in rows:
        each.agent = None
        each.waiting_from = clock.now()
        each.unread = unread[each.pk]
        each.handed_by = ""
    numbered = move_all(rows, State.QUEUED, "agent", "waiting_from", "unread", "handed_by")
    publish_all(
        [
            ConversationQueued(
                actor=actor,
                cause=cause,
                agent_id=holders[each.pk],
                **numbers | {"holders": (holders[each.pk],)},
            )
            for (each, cause), numbers in zip(returned, numbered, strict=True)
        ]
    )
    publish_load(actor, *holders.values())
    return len(rows)


def give_back_all(*, actor: Actor, cause: str = wording.GAVE_BACK) -> int:
    """Requeues everything that the agent holds, many in a transaction; returns the number."""
    held = Conversation.objects.filter(agent_id=actor.row_id, state=State.ACTIVE)

    @transaction.atomic
    def give_back(ids: Sequence[int]) -> int:
        return _requeue(actor, [(each, cause) for each in lock_those(held.filter(pk__in=ids))])

    return for_each_batch(list(held.order_by("pk").values_list("pk", flat=True)), give_back)


@transaction.atomic
def give_back_left(ids: Collection[int], *, actor: Actor, heir_id: int | None = None) -> int:
    """Transfers conversations to the heir, or requeues them where the heir cannot take any, if their agents are
    disabled, deleted or without a desk; returns the number. Safe to run twice."""
    left = lock_those(queries.held_by_nobody().select_related("agent").filter(pk__in=ids))
    if not left:
        return 0
    if heir_id is not None and _transferred_to(actor, left, heir_id):
        return len(left)
    return _requeue(actor, [(each, _why_left(each.agent)) for each in left])


def _transferred_to(actor: Actor, conversations: Sequence[Conversation], heir_id: int) -> bool:
    """Transfers to the heir; False where they cannot take it."""
    try:
        heir = receiving.lock_receiver(heir_id, *{each.agent_id or 0 for each in conversations})
    except AgentUnavailable:
        return False
    _transfer_to(actor, conversations, heir)
    return True


def _why_left(agent: Agent) -> str:
    """The cause as in `conversation.queued`, of an agent who can hold no conversations."""
    if agent.deleted_at is not None:
        return wording.REMOVED
    return wording.NO_DESK if agent.is_active else wording.DISABLED


@transaction.atomic
def give_back_absent(ids: Collection[int], *, actor: Actor) -> int:
    """Requeues those of the conversations whose customers wait for an agent absent longer than `ABSENT_HOLDER`; returns
    the number. Safe to run twice. Reads the agents without locks: one who comes back in this moment loses the
    conversation, as after a late click."""
    return _requeue(actor, [(each, wording.ABSENT) for each in lock_those(limits.held_by_absent(ids))])
