"""Posting messages: batch-shaped, set-based, one transaction for a list of drafts (docs/decisions/0003).

Two statements. `LOCK` takes the conversations in id order; `POST` then sees everything committed before (its snapshot
is younger than the lock), so a repeated client id is found and burns no number. `POST` judges each draft, numbers and
inserts the fresh ones, moves the conversations' summaries and logs the events. A refused draft does not touch its
neighbours. A single post is a list of one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from conversations.objects import agent_row, message_object, visitor_row
from core import bus, live
from core.actors import Actor
from core.errors import NotFound, Refusal
from core.events import Audience, MessagePosted, NotePosted
from core.scope import current_tenant_id

LONGEST_TEXT = 4000


class Ended(Refusal):
    """The conversation is over; a visitor's next message opens a new one."""

    code = "ended"
    status = 409
    text = _("This conversation has ended.")


class NotYours(Refusal):
    """Somebody else holds the conversation."""

    code = "not_yours"
    status = 403
    text = _("Another agent has this conversation now.")


class FileRefused(Refusal):
    """The upload is unknown, or somebody else's."""

    code = "file_refused"
    text = _("This file is not there any more. Please choose it again.")


class Empty(Refusal):
    """Nothing to send."""

    code = "empty"
    text = _("The message is empty.")


class TooLong(Refusal):
    """More than 4,000 characters."""

    code = "too_long"
    text = _("The message is too long (4,000 characters at most).")


REFUSALS: dict[str, type[Refusal]] = {
    refusal.code: refusal for refusal in (NotFound, Ended, NotYours, FileRefused, Empty, TooLong)
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A message somebody wants to post; `client_id` makes a repetition harmless."""

    conversation: str
    client_id: UUID
    author_kind: Literal["customer", "agent", "system"]
    author_id: int | None
    author_name: str
    kind: str = "text"
    text: str = ""
    file: str | None = None
    note: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a draft: the refusal, or the facts of the stored message and its conversation."""

    refusal: type[Refusal] | None
    facts: Mapping[str, Any]

    @property
    def fresh(self) -> bool:
        """Stored now, not by an earlier attempt."""
        return self.refusal is None and self.facts["event_seq"] is not None


LOCK = """
select id from conversations_conversation
where tenant_id = %(tenant)s and public_id = any(%(conversations)s)
order by id for update
"""

POST = """
with input as (
  select * from unnest(
    %(conversation)s::text[], %(client_id)s::uuid[], %(author_kind)s::text[], %(author_id)s::bigint[],
    %(author_name)s::text[], %(kind)s::text[], %(text)s::text[], %(file)s::text[], %(note)s::boolean[]
  ) with ordinality as t (conversation, client_id, author_kind, author_id, author_name, kind, text, file, note, ord)
), judged as (
  select i.*, c.id as conversation_id, c.last_seq, c.last_event_seq, c.last_visitor_event_seq,
    f.id as attachment_id, stored.seq as stored_seq,
    row_number() over (partition by c.id, i.client_id order by i.ord) as attempt,
    case
      when c.id is null or (i.author_kind = 'customer' and c.customer_id <> i.author_id) then 'not_found'
      when stored.id is not null
        then case when stored.author_kind <> i.author_kind or stored.author_id is distinct from i.author_id
          then 'not_found' end
      when c.state = 'ended' then 'ended'
      when i.author_kind = 'agent' and c.agent_id is distinct from i.author_id then 'not_yours'
      when i.file is not null and f.id is null then 'file_refused'
    end as refusal
  from input i
  left join conversations_conversation c on c.tenant_id = %(tenant)s and c.public_id = i.conversation
  left join conversations_message stored
    on stored.tenant_id = %(tenant)s and stored.conversation_id = c.id and stored.client_id = i.client_id
  left join conversations_attachment f
    on f.tenant_id = %(tenant)s and f.public_id = i.file and f.owner_kind = i.author_kind
    and f.owner_id = i.author_id and f.kind = i.kind
), fresh as (
  select j.*,
    j.last_seq + row_number() over by_conversation as seq,
    j.last_event_seq + row_number() over by_conversation as event_seq,
    case when not j.note
      then j.last_visitor_event_seq + count(*) filter (where not j.note) over by_conversation
    end as visitor_event_seq
  from judged j
  where j.refusal is null and j.stored_seq is null and j.attempt = 1
  window by_conversation as (partition by j.conversation_id order by j.ord rows unbounded preceding)
), inserted as (
  insert into conversations_message
    (tenant_id, conversation_id, seq, client_id, author_kind, author_id, author_name, kind, text, attachment_id,
      note)
  select %(tenant)s, conversation_id, seq, client_id, author_kind, author_id, author_name, kind, text, attachment_id,
    note
  from fresh order by ord
), summed as (
  select conversation_id, max(seq) as seq, max(event_seq) as event_seq, max(visitor_event_seq) as visitor_event_seq,
    count(*) filter (where author_kind = 'customer') as from_customer,
    coalesce(bool_or(author_kind = 'agent' and not note), false) as answered,
    max(ord) filter (where author_kind = 'customer') as last_asked,
    max(ord) filter (where author_kind = 'agent' and not note) as last_answered,
    max(seq) filter (where author_kind = 'customer') as customer_seq,
    max(seq) filter (where author_kind = 'agent') as agent_seq
  from fresh group by conversation_id
), summarised as (
  update conversations_conversation c set
    last_seq = s.seq,
    last_event_seq = s.event_seq,
    last_visitor_event_seq = coalesce(s.visitor_event_seq, c.last_visitor_event_seq),
    last_message_at = now(),
    last_author = newest.author_kind,
    last_kind = newest.kind,
    last_text = left(newest.text, 80),
    last_note = newest.note,
    unread = c.unread + s.from_customer,
    customer_read = greatest(c.customer_read, s.customer_seq),
    customer_delivered = greatest(c.customer_delivered, s.customer_seq),
    agent_delivered = greatest(c.agent_delivered, s.agent_seq),
    first_response_at = case when s.answered then coalesce(c.first_response_at, now()) else c.first_response_at end,
    waiting_since = case
      when s.last_asked is null and s.answered then null
      when s.last_asked is null then c.waiting_since
      when s.last_answered > s.last_asked then null
      when s.answered then now()
      else coalesce(c.waiting_since, now())
    end
  from summed s join fresh newest on newest.conversation_id = s.conversation_id and newest.seq = s.seq
  where c.tenant_id = %(tenant)s and c.id = s.conversation_id
  returning c.*
), logged as (
  insert into core_event
    (tenant_id, name, conversation_id, seq, visitor_seq, actor_kind, actor_id, data)
  select %(tenant)s, case when note then 'note.posted' else 'message.posted' end, conversation_id, event_seq,
    visitor_event_seq, author_kind, author_id, jsonb_build_object('n', seq)
  from fresh order by ord
)
select j.ord, j.refusal, j.conversation, %(tenant)s as tenant_id, f.event_seq, f.visitor_event_seq,
  coalesce(f.seq, j.stored_seq, first_attempt.seq) as n,
  j.client_id, j.author_kind, j.author_id,
  coalesce(stored.author_name, j.author_name) as author_name,
  coalesce(stored.kind, j.kind) as kind,
  coalesce(stored.text, j.text) as text,
  coalesce(stored.note, j.note) as note,
  coalesce(stored.created_at, now()) as created_at,
  stored.recalled_at,
  file.public_id as file_id, file.name as file_name, file.size as file_size, file.media_type as file_type,
  file.width as file_width, file.height as file_height,
  c.id as conversation_id, c.customer_id, c.channel_id, c.service_account_id, c.agent_id, c.state, c.end_reason,
  c.opened_at, c.queued_at, c.assigned_at, c.ended_at,
  coalesce(s.waiting_since, case when s.id is null then c.waiting_since end) as waiting_since,
  coalesce(s.last_seq, c.last_seq) as last_seq,
  coalesce(s.last_event_seq, c.last_event_seq) as last_event_seq,
  coalesce(s.last_visitor_event_seq, c.last_visitor_event_seq) as last_visitor_event_seq,
  coalesce(s.last_author, c.last_author) as last_author,
  coalesce(s.last_kind, c.last_kind) as last_kind,
  coalesce(s.last_text, c.last_text) as last_text,
  coalesce(s.last_note, c.last_note) as last_note,
  coalesce(s.last_message_at, c.last_message_at) as last_message_at,
  coalesce(s.unread, c.unread) as unread,
  coalesce(s.customer_delivered, c.customer_delivered) as customer_delivered,
  coalesce(s.customer_read, c.customer_read) as customer_read,
  coalesce(s.agent_delivered, c.agent_delivered) as agent_delivered,
  coalesce(s.agent_read, c.agent_read) as agent_read,
  customer.public_id as customer, customer.name as customer_name,
  channel.public_id as channel, channel.name as channel_name, channel.kind as channel_kind,
  agent.public_id as agent, agent.nickname as agent_name,
  account.name as face, account.avatar, account.show_agent_name
from judged j
left join fresh f on f.ord = j.ord
left join fresh first_attempt
  on first_attempt.conversation_id = j.conversation_id and first_attempt.client_id = j.client_id
left join summarised s on s.id = j.conversation_id
left join conversations_conversation c on c.tenant_id = %(tenant)s and c.id = j.conversation_id
left join accounts_customer customer on customer.tenant_id = %(tenant)s and customer.id = c.customer_id
left join channels_app_channel channel on channel.tenant_id = %(tenant)s and channel.id = c.channel_id
left join channels_app_serviceaccount account on account.tenant_id = %(tenant)s and account.id = c.service_account_id
left join accounts_agent agent on agent.tenant_id = %(tenant)s and agent.id = c.agent_id
left join conversations_message stored
  on stored.tenant_id = %(tenant)s and stored.conversation_id = j.conversation_id and stored.seq = j.stored_seq
left join conversations_attachment file
  on file.tenant_id = %(tenant)s and file.id = coalesce(stored.attachment_id, j.attachment_id)
order by j.ord
"""


def check(draft: Draft) -> None:
    """What can be refused without asking the database; raises `Empty` or `TooLong`."""
    if draft.kind == "text" and not draft.text.strip():
        raise Empty
    if draft.kind != "text" and not draft.file:
        raise Empty
    if len(draft.text) > LONGEST_TEXT:
        raise TooLong


def values_of(tenant_id: int, drafts: Sequence[Draft]) -> dict[str, Any]:
    """The parameters of both statements: one array per column."""
    return {
        "tenant": tenant_id,
        "conversations": sorted({draft.conversation for draft in drafts}),
        **{column: [getattr(draft, column) for draft in drafts] for column in Draft.__slots__},
    }


def outcomes_of(rows: Sequence[Mapping[str, Any]]) -> list[Outcome]:
    """One outcome per draft, in the drafts' order."""
    return [Outcome(REFUSALS[row["refusal"]] if row["refusal"] else None, row) for row in rows]


def frames_of(outcomes: Sequence[Outcome]) -> live.Frames:
    """What everybody concerned is told of the fresh messages."""
    return [frame for outcome in outcomes if outcome.fresh for frame in _frames(outcome.facts)]


def event_of(facts: Mapping[str, Any]) -> MessagePosted | NotePosted:
    """The event of a fresh message; a note's type has no visitor in its audience."""
    kind = NotePosted if facts["note"] else MessagePosted
    return kind(
        tenant_id=facts["tenant_id"],
        actor=Actor(facts["author_kind"], facts["author_id"]),
        conversation_id=facts["conversation_id"],
        conversation=facts["conversation"],
        customer_id=facts["customer_id"],
        channel_id=facts["channel_id"],
        service_account_id=facts["service_account_id"],
        holders=(facts["agent_id"],) if facts["agent_id"] is not None else (),
        seq=facts["event_seq"],
        visitor_seq=facts["visitor_event_seq"],
        n=facts["n"],
    )


def _frames(facts: Mapping[str, Any]) -> live.Frames:
    event = event_of(facts)
    show: dict[Audience, dict[str, Any]] = {}
    if Audience.VISITOR in event.audience:
        show[Audience.VISITOR] = {"message": message_object(facts, "visitor")}
    if event.holders:
        show[Audience.HOLDER] = {"message": message_object(facts, "agent"), "row": agent_row(facts)}
    elif Audience.QUEUE in event.audience:
        show[Audience.QUEUE] = {"message": message_object(facts, "agent"), "row": agent_row(facts)}
    return live.frames_of(event, show)


def acknowledgement(outcome: Outcome, side: Literal["visitor", "agent"]) -> dict[str, Any]:
    """What an `ack` of `message.post` carries."""
    facts = outcome.facts
    row = visitor_row(facts) if side == "visitor" else agent_row(facts, me=facts["author_id"])
    return {"message": message_object(facts, side), "row": row}


@transaction.atomic
def post(drafts: Sequence[Draft]) -> list[Outcome]:
    """Post on Django's connection, within the caller's transaction if there is one."""
    values = values_of(current_tenant_id(), drafts)
    with connection.cursor() as cursor:
        cursor.execute(LOCK, values)
        cursor.execute(POST, values)
        names = [column.name for column in cursor.description or ()]
        outcomes = outcomes_of([dict(zip(names, row, strict=True)) for row in cursor.fetchall()])
    _tell_after_commit(values["tenant"], outcomes)
    return outcomes


def _tell_after_commit(tenant_id: int, outcomes: Sequence[Outcome]) -> None:
    frames = frames_of(outcomes)

    def after_commit() -> None:
        live.tell(tenant_id, frames)
        ring(outcomes)

    transaction.on_commit(after_commit)


def ring(outcomes: Sequence[Outcome]) -> None:
    """Call the listeners of the fresh messages' events."""
    for outcome in outcomes:
        if outcome.fresh:
            bus.ring(event_of(outcome.facts))
