"""The only writer of documents.

The log is read by its mark: the count of events (`stats/engine/counting.py`) notes in the same transaction which
conversations they touched (`note`). A row of the backlog is taken, its messages are indexed, and it goes, in one
transaction again: what a crash interrupts is done once more, and nothing is skipped by a number. Posting does nothing
for it.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, transaction

from conversations.search.rules import terms_of, week_number
from core.events.messages import MessagePosted, MessageRecalled, NotePosted, NoteRecalled
from core.statements import select
from core.tenancy.scope import current_tenant_id
from customers.profiles.masking import MASKS, masked

log = logging.getLogger(__name__)
CONVERSATIONS, MESSAGES = 200, 5000  # of one transaction, at most
LONGEST = 5.0  # seconds of one run; the next takes the rest, and other tasks come in between
NAMES = [each.name for each in (MessagePosted, NotePosted, MessageRecalled, NoteRecalled)] + ["customer.changed"]
CONTACT_FIELDS = ("remark", "name", "phone", "email", "note")

NOTE = """
insert into conversations_searchbacklog as known (tenant_id, conversation_id, from_seq)
select tenant_id, conversation_id, min((data ->> case when data ? 'recalled' then 'recalled' else 'n' end)::integer)
from core_event
where tenant_id = %(tenant)s and id = any(%(events)s) and name = any(%(names)s) and conversation_id is not null
group by tenant_id, conversation_id order by conversation_id
on conflict (tenant_id, conversation_id) do update set from_seq = least(known.from_seq, excluded.from_seq)
"""
TAKE = """
select conversation_id, from_seq from conversations_searchbacklog where tenant_id = %(tenant)s
order by conversation_id desc limit %(most)s for update skip locked
"""
READ = """
select m.id, m.conversation_id, m.seq, m.text, m.recalled_at is not null as recalled, c.opened_at
from unnest(%(conversations)s::bigint[], %(since)s::integer[]) with ordinality as due (conversation_id, from_seq, place)
cross join lateral (
  select opened_at from conversations_conversation
  where tenant_id + 0 = %(tenant)s and id = due.conversation_id limit 1
) c
cross join lateral (
  select id, conversation_id, seq, text, recalled_at from conversations_message
  where tenant_id = %(tenant)s and conversation_id = due.conversation_id and seq >= due.from_seq
    and author_kind <> 'system' order by seq limit %(most)s
) m
order by due.place, m.seq limit %(most)s
"""
STORE = """
insert into conversations_searchdocument (tenant_id, id, conversation_id, terms)
select %(tenant)s, m.id, m.conversation_id, m.terms::integer[]
from unnest(%(ids)s::bigint[], %(conversations)s::bigint[], %(terms)s::text[]) as m (id, conversation_id, terms)
on conflict do nothing
"""
FORGET = "delete from conversations_searchdocument where tenant_id = %(tenant)s and id = any(%(ids)s)"
DONE = """
delete from conversations_searchbacklog where tenant_id = %(tenant)s and conversation_id = any(%(conversations)s)
"""
GO_ON = """
update conversations_searchbacklog set from_seq = %(seq)s where tenant_id = %(tenant)s and conversation_id = %(id)s
"""
CONTACTS = """
select x.id, x.first_seen_at, to_jsonb(x) as facts from customers_customer x
where x.tenant_id = %(tenant)s and x.id in (
  select customer_id from conversations_conversation where tenant_id = %(tenant)s and id = any(%(conversations)s)
) order by x.id
"""
STORE_CONTACTS = """
insert into conversations_contactdocument as known (tenant_id, id, terms)
select %(tenant)s, x.id, x.terms::integer[] from unnest(%(ids)s::bigint[], %(terms)s::text[]) as x (id, terms)
on conflict (tenant_id, id) do update set terms = excluded.terms where known.terms <> excluded.terms
"""


def note(event_ids: Sequence[int]) -> bool:
    """Puts the conversations into the backlog in which these logged events posted or recalled messages; returns whether
    there are any. In the caller's transaction."""
    return _execute(NOTE, events=list(event_ids), names=NAMES) > 0


def index_backlog() -> int:
    """Indexes the tenant's backlog, the newest conversations first, for `LONGEST` at most; returns the number of
    messages looked at. Safe to run twice and concurrently."""
    until, looked_at = time.monotonic() + LONGEST, 0
    while time.monotonic() < until:
        taken, messages = _index_batch()
        looked_at += messages
        if taken < CONVERSATIONS and messages < MESSAGES:
            return looked_at
    log.info("search: %d more messages indexed, conversations left: %d", looked_at, _left())
    return looked_at


@transaction.atomic
def _index_batch() -> tuple[int, int]:
    """One transaction: how many conversations it took, and how many messages it looked at."""
    due = select(TAKE, most=CONVERSATIONS)
    conversations = [row["conversation_id"] for row in due]
    if not conversations:
        return 0, 0
    messages = select(READ, conversations=conversations, since=[row["from_seq"] for row in due], most=MESSAGES)
    _store(messages)
    _store_contacts(conversations)
    _finish(conversations, messages)
    return len(due), len(messages)


def _store(messages: Sequence[Mapping[str, Any]]) -> None:
    tenant = current_tenant_id()
    if recalled := [row["id"] for row in messages if row["recalled"]]:
        _execute(FORGET, ids=recalled)
    found = [(row, _terms(row["text"], tenant, row["opened_at"])) for row in messages if not row["recalled"]]
    kept = [(row, terms) for row, terms in found if terms != "{}"]
    _execute(
        STORE,
        ids=[row["id"] for row, _ in kept],
        conversations=[row["conversation_id"] for row, _ in kept],
        terms=[terms for _, terms in kept],
    )


def _store_contacts(conversations: Sequence[int]) -> None:
    tenant = current_tenant_id()
    customers = select(CONTACTS, conversations=list(conversations))
    _execute(
        STORE_CONTACTS,
        ids=[row["id"] for row in customers],
        terms=[_terms(words_of_contact(row["facts"]), tenant, row["first_seen_at"]) for row in customers],
    )


def words_of_contact(facts: str, *, masks: bool = False) -> str:
    """What a customer is found by, each on a line of its own; `facts` is the row as JSON. With `masks` phone and e-mail
    are masked."""
    known = orjson.loads(facts)
    if masks:
        known |= {name: masked(name, known.get(name) or "") for name in MASKS}
    return "\n".join(filter(None, (known.get(name) for name in CONTACT_FIELDS)))


def _finish(conversations: Sequence[int], messages: Sequence[Mapping[str, Any]]) -> None:
    """Takes them out of the backlog; one that has more messages than were read stays, and those after it."""
    if len(messages) == MESSAGES:
        last = messages[-1]
        conversations = conversations[: conversations.index(last["conversation_id"])]
        _execute(GO_ON, id=last["conversation_id"], seq=last["seq"] + 1)
    _execute(DONE, conversations=list(conversations))


def _terms(text: str, tenant_id: int, moment: datetime) -> str:
    """As PostgreSQL reads an array."""
    return "{" + ",".join(map(str, terms_of(text, tenant_id, week_number(moment)))) + "}"


def _left() -> int:
    (row,) = select("select count(*) as n from conversations_searchbacklog where tenant_id = %(tenant)s")
    return int(row["n"])


def _execute(statement: str, **values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"tenant": current_tenant_id(), **values})
        return int(cursor.rowcount)
