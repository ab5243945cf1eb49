"""Naming colleagues in private notes.

A note keeps the ids of whom it names in its content, and a row for each of them (`Mention`) says whether they have seen
it. Few notes name anybody, so these are written apart from the path of all other messages.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from conversations.lifecycle import queries as lifecycle_queries
from conversations.messages.mentions import readers_of
from conversations.models import Mention, Message
from conversations.posting.drafts import Draft, Outcome
from conversations.posting.writing import post
from core import bus, clock
from core.actors import Actor
from core.errors import NotFound, Refusal
from core.events.base import Audience
from core.events.messages import MentionsChanged
from core.tenancy.scope import current_tenant_id

AT_MOST = 10  # in one note


class NotMentionable(Refusal):
    """Somebody who may not read the conversation, or does not exist; or the message is no private note."""

    code = "not_mentionable"
    text = _("A note can only mention colleagues who may read the conversation.")


class TooManyMentions(Refusal):
    """The note names more than `AT_MOST`."""

    code = "too_many_mentions"
    text = _("A note can mention 10 colleagues at most.")


@transaction.atomic
def post_mentioning(*, actor: Actor, draft: Draft, mentions: Sequence[str]) -> Outcome:
    """Posts a note that names these agents (public ids); repeating it changes nothing.

    Raises the refusal of the draft, `TooManyMentions` and `NotMentionable`.
    """
    named = list(dict.fromkeys(mentions))
    if len(named) > AT_MOST:
        raise TooManyMentions
    (outcome,) = post([replace(draft, content={**draft.content, "mentions": named})])
    if outcome.refusal is not None:
        raise outcome.refusal
    if outcome.fresh:
        _mention(actor, outcome.row["conversation_id"], outcome.row["n"], named)
    return outcome


def _mention(actor: Actor, conversation_id: int, n: int, named: Sequence[str]) -> None:
    readers = readers_of(lifecycle_queries.row(conversation_id), but=actor.row_id)
    keys = {each["id"]: each["key"] for each in readers}
    if not keys.keys() >= set(named):
        raise NotMentionable
    tenant_id, at = current_tenant_id(), clock.now()
    rows = [
        Mention(tenant_id=tenant_id, agent_id=keys[each], conversation_id=conversation_id, seq=n, at=at)
        for each in named
    ]
    Mention.objects.bulk_create(rows)
    _publish([row.agent_id for row in rows], actor)


@transaction.atomic
def see(*, actor: Actor, conversation: str) -> None:
    """Marks the notes of the conversation that name the actor as seen. Raises `NotFound` where there is none."""
    own = Mention.objects.filter(agent=actor.row_id, conversation__public_id=conversation)
    if not own.exists():
        raise NotFound
    if own.filter(seen_at=None).update(seen_at=clock.now()):
        _publish([actor.row_id], actor)


def withdraw(note: Message) -> None:
    """Marks the mentions of a note that its author recalls as seen; within the caller's transaction."""
    unseen = Mention.objects.filter(conversation=note.conversation_id, seq=note.seq, seen_at=None)
    agents = list(unseen.values_list("agent", flat=True))
    if agents:
        unseen.update(seen_at=clock.now())
        _publish(agents, Actor("agent", note.author_id))


def _publish(agent_ids: Iterable[int], actor: Actor) -> None:
    tenant_id = current_tenant_id()
    events = [MentionsChanged(tenant_id=tenant_id, actor=actor, agent_id=each) for each in agent_ids]
    bus.publish_all(events, show=lambda _event: {Audience.OWN: {}})
