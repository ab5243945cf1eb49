"""Searching messages, contacts and conversations.

Each search goes back week by week, a look-up in the index for each, until the page is full: what is frequent is found
in the first weeks, and what is rare costs one look-up of a few pages per week. There is no order by which the planner
could walk through a table instead. What the index finds is compared with the text before anybody sees it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import orjson
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.errors import QueryCanceled

from accounts.permissions import Permission
from channels_app.models import Channel
from conversations.search.indexing import words_of_contact
from conversations.search.rules import WEEK_BITS, Query, week_bits, week_number
from conversations.states import State
from conversations.timeline.queries import DESK_ROWS
from core import clock
from core.actors import Actor
from core.errors import Refusal
from core.rows import valid_id
from core.statements import select
from core.tenancy.scope import current_tenant_id
from customers.profiles.masking import MASKS

SECONDS = 5  # of one statement
LIMITS = f"""
set local statement_timeout = '{SECONDS}s';
set local enable_seqscan = off;
set local jit = off;
set local max_parallel_workers_per_gather = 0
"""
PAGE = 20  # conversations
CONTACTS = 8
OF_CONTACT = 3  # conversations of a contact that is found
LOOKED_AT = 5000  # the newest conversations, for names of channels
COUNTED = 50  # hits of one conversation that are compared with its texts
CANDIDATES = 5000  # conversations that a list is narrowed to
ROUNDS = 5  # of candidates that may turn out to be none
DISTINCT_WEEKS = 1 << WEEK_BITS
LONGEST_NUMBER = 18
NEVER = 2**62  # larger than any id


class TooShort(Refusal):
    """Nothing in the query has two characters next to each other."""

    code = "too_short"
    text = _("Type at least two characters.")


class TooSlow(Refusal):
    """The search exceeded `SECONDS`."""

    code = "search_too_slow"
    status = 503
    text = _("This search takes too long. Try a longer or rarer word.")


@dataclass(frozen=True)
class Reader:
    """Who searches, with the service accounts whose queues the agent serves."""

    actor: Actor
    accounts: Collection[int] = ()

    @property
    def sees_all(self) -> bool:
        """Whether nothing is hidden."""
        return self.actor.may(Permission.SEE_ALL)

    @property
    def sees_notes(self) -> bool:
        """Whether private notes are among what is found."""
        return self.actor.may(Permission.DESK)

    @property
    def sees_contacts(self) -> bool:
        """Whether phones and e-mail addresses are shown in full."""
        return self.actor.may(Permission.SEE_CONTACTS)

    @cached_property
    def own(self) -> "Own | None":
        """The conversations that the reader may see, as they are at the first look; None: all."""
        if self.sees_all:
            return None
        (row,) = select(MINE, reader=self.actor.id or 0, accounts=list(self.accounts))
        return Own.of(row["ids"] or [])


class Own(NamedTuple):
    """A set of conversations: bit n stands for the one with the id `first` + n."""

    bits: bytes
    first: int

    @classmethod
    def of(cls, ids: Collection[int]) -> "Own":
        """From ids in any order."""
        first = min(ids, default=0)
        bits = bytearray((max(ids) - first) // 8 + 1 if ids else 0)
        for each in ids:
            bits[(each - first) >> 3] |= 1 << ((each - first) & 7)
        return cls(bytes(bits), first)

    def __contains__(self, conversation_id: object) -> bool:
        """Whether an id is among them."""
        at = conversation_id - self.first if isinstance(conversation_id, int) else -1
        return 0 <= at < 8 * len(self.bits) and bool(self.bits[at >> 3] >> (at & 7) & 1)


class Place(NamedTuple):
    """Where a page ended: the week, and the last conversation of that week."""

    week: int
    conversation: int

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """From an address; None for what is none."""
        week, _dot, number = text.partition(".")
        if not (week.isdecimal() and number.isdecimal() and max(len(week), len(number)) <= LONGEST_NUMBER):
            return None
        return cls(int(week), int(number))

    def __str__(self) -> str:
        return f"{self.week}.{self.conversation}"


class Hits(NamedTuple):
    """A conversation, as a row of `DESK_ROWS`, with its hits: how many, and the newest messages among them as rows of
    `TEXTS`."""

    row: dict[str, Any]
    number: int
    messages: list[dict[str, Any]]


# What an agent who may not see all may read, as the desk opens it: what waits in a queue that the agent serves, what
# the agent took part in, and the earlier ones of a customer whose later conversation stands on the agent's desk. What
# others hold by now is among them; `_may_open` leaves it out.
MINE = """
with served as (
  select customer_id, id from conversations_conversation
  where tenant_id = %(tenant)s and agent_id = %(reader)s and state = 'active'
  union all
  select customer_id, id from conversations_conversation
  where tenant_id = %(tenant)s and agent_id = %(reader)s and state = 'ended' and ended_at > now() - interval '24 hours'
  union all
  select customer_id, id from conversations_conversation
  where tenant_id = %(tenant)s and state = 'queued' and service_account_id = any(%(accounts)s)
)
select array_agg(id) as ids from (
  select conversation_id as id from conversations_participation where tenant_id = %(tenant)s and agent_id = %(reader)s
  union all
  select c.id from served join conversations_conversation c
    on c.tenant_id = %(tenant)s and c.customer_id = served.customer_id and c.id <= served.id
) mine
"""
MESSAGES = """
select * from kefu_search_messages(%(tenant)s, %(weeks)s::integer[], %(hashes)s::integer[], %(before)s, %(counted)s,
  %(own)s::bytea, %(own_from)s, %(most)s)
"""
CONTACT_IDS = """
select id from kefu_search_contacts(%(tenant)s, %(weeks)s::integer[], %(hashes)s::integer[],
  %(own)s::bytea, %(own_from)s, %(most)s)
"""
TEXTS = """
select m.id, m.conversation_id, m.seq as n, m.text, m.author_kind, m.author_name, m.note, m.created_at
from conversations_message m
where m.tenant_id = %(tenant)s and m.id = any(%(ids)s) and m.recalled_at is null and (%(notes)s or not m.note)
order by m.id desc
"""
# The first and the last week on which there is anything to find.
CONVERSATION_WEEKS = """
select min(opened_at) as first, max(opened_at) as last from conversations_conversation where tenant_id = %(tenant)s
"""
CONTACT_WEEKS = """
select (select first_seen_at from customers_customer where tenant_id = %(tenant)s order by id limit 1) as first,
  (select first_seen_at from customers_customer where tenant_id = %(tenant)s order by id desc limit 1) as last
"""
ALL_OF = DESK_ROWS + "and c.id = any(%(ids)s)"
CONTACT_ROWS = """
select x.id, x.public_id, x.last_seen_at, to_jsonb(x)::text as facts
from customers_customer x where x.tenant_id = %(tenant)s and x.id = any(%(ids)s)
"""
UNINDEXED = """
(select conversation_id from conversations_searchbacklog where tenant_id = %(tenant)s limit %(most)s)
union
(select conversation_id from core_event
 where tenant_id = %(tenant)s and not counted and conversation_id is not null limit %(most)s)
"""
OF_CUSTOMERS = """
select c.id from unnest(%(customers)s::bigint[]) customer (id) cross join lateral (
  select id from conversations_conversation
  where tenant_id = %(tenant)s and customer_id = customer.id order by id desc limit %(most)s
) c
"""
BY_ID = "select id from conversations_conversation where tenant_id = %(tenant)s and public_id = %(public_id)s"
OF_CHANNELS = """
select id from (
  select id, channel_id from conversations_conversation
  where tenant_id = %(tenant)s order by opened_at desc, id desc limit %(looked_at)s
) latest where channel_id = any(%(channels)s) limit %(most)s
"""


def message_hits(query: Query, reader: Reader, *, after: Place | None = None) -> tuple[list[Hits], Place | None]:
    """A page of conversations with messages that contain the words, the latest conversation first, and where the next
    page begins; None where there are no more. Recalled messages are never among them, notes where the reader may read
    notes.

    Raises `TooShort` and `TooSlow`.
    """
    hashes = _hashes(query)
    found: list[Hits] = []
    with _bounded():
        weeks = [week for week in _all_weeks(CONVERSATION_WEEKS) if after is None or week <= after.week]
        for _round in range(ROUNDS):
            limit = max(PAGE - len(found), PAGE // 4)
            candidates = _candidates(hashes, weeks, after, limit, own=reader.own)
            found += _compared(candidates, query, reader)
            if len(candidates) < limit:
                return found, None
            after = Place(candidates[-1]["week"], candidates[-1]["conversation_id"])
            if len(found) >= PAGE:
                break
            weeks = [week for week in weeks if week <= after.week]
    return found, after


def conversations_with(query: Query, weeks: Sequence[int]) -> list[int] | None:
    """Ids of the conversations begun in these weeks whose messages may contain the words, and of those that are not
    indexed yet; the caller looks at the texts. None where there are more than `CANDIDATES`: then looking at the texts
    alone soon finds some, too."""
    if not query.is_long_enough:
        return None
    hashes = query.hashes(current_tenant_id())
    try:
        with _bounded():
            found = _candidates(hashes, weeks, None, CANDIDATES + 1)
            fresh = select(UNINDEXED, most=CANDIDATES + 1)
    except TooSlow:
        return None
    ids = {row["conversation_id"] for row in (*found, *fresh)}
    return sorted(ids) if len(ids) <= CANDIDATES else None


def contacts(query: Query, reader: Reader) -> list[dict[str, Any]]:
    """Customers whose name or what is noted of them contains the words, the newest first, at most `CONTACTS`: rows with
    `words`. Raises as `message_hits`."""
    hashes = _hashes(query)
    with _bounded():
        weeks = _all_weeks(CONTACT_WEEKS)
        found = select(CONTACT_IDS, hashes=hashes, most=3 * CONTACTS, **_values(weeks, reader.own))
        ids = [row["id"] for row in found]
        rows = {row["id"]: row for row in select(CONTACT_ROWS, ids=ids)}
    masks = not reader.sees_contacts
    known = [rows[each] | {"words": words_of_contact(rows[each]["facts"], masks=masks)} for each in ids if each in rows]
    return [row for row in known if query.matches(row["words"], _hidden(row["facts"]) if masks else ())][:CONTACTS]


def _hidden(facts: str) -> list[str]:
    """What is masked, which is found by the whole of it alone."""
    known = orjson.loads(facts)
    return [known[name] for name in MASKS if known.get(name)]


def conversations_of(customer_ids: Sequence[int], words: str, reader: Reader) -> list[dict[str, Any]]:
    """The rows of the latest conversations of these customers, of the one with this public id, and of those among the
    latest `LOOKED_AT` whose channel's name contains the words; the latest first, at most `PAGE`."""
    channels = [each.pk for each in Channel.objects.filter(name__icontains=words)]
    with _bounded():
        found = select(BY_ID, public_id=valid_id(words))
        if customer_ids:
            found += select(OF_CUSTOMERS, customers=list(customer_ids), most=OF_CONTACT)
        if channels:
            found += select(OF_CHANNELS, channels=channels, looked_at=LOOKED_AT, most=PAGE)
    readable = rows_for(sorted({row["id"] for row in found}, reverse=True), reader)
    return list(readable.values())[:PAGE]


def rows_for(conversation_ids: Sequence[int], reader: Reader) -> dict[int, dict[str, Any]]:
    """The rows of those among these conversations that the reader may open, by id, in the given order."""
    if not conversation_ids:
        return {}
    rows = {
        row["conversation_id"]: row
        for row in select(ALL_OF, ids=[each for each in conversation_ids if reader.own is None or each in reader.own])
        if _may_open(row, reader)
    }
    return {each: rows[each] for each in conversation_ids if each in rows}


def _may_open(row: Mapping[str, Any], reader: Reader) -> bool:
    """Of those in `MINE`, all but what others hold by now, and what waits where the agent serves nobody."""
    if reader.sees_all or row["state"] == State.ENDED:
        return True
    return row["agent_id"] == reader.actor.id or (
        row["state"] == State.QUEUED and row["service_account_id"] in reader.accounts
    )


def _hashes(query: Query) -> list[int]:
    if not query.is_long_enough:
        raise TooShort
    return query.hashes(current_tenant_id())


@contextmanager
def _bounded() -> Iterator[None]:
    """Statements in a transaction that may take `SECONDS` each, and must not read a table from end to end."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(LIMITS)
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def _values(weeks: Sequence[int], own: Own | None) -> dict[str, Any]:
    """Parameters of the statements that search."""
    bits, first = own or (None, 0)
    return {"weeks": [week_bits(week) for week in weeks], "own": bits, "own_from": first}


def _all_weeks(statement: str) -> list[int]:
    """From the last one back to the first."""
    (row,) = select(statement)
    if row["first"] is None:
        return []
    last, first = week_number(max(row["last"], clock.now())), week_number(row["first"])
    return list(range(last, first - 1, -1))[:DISTINCT_WEEKS]


def _candidates(
    hashes: Sequence[int], weeks: Sequence[int], after: Place | None, limit: int, *, own: Own | None = None
) -> list[dict[str, Any]]:
    before = after.conversation if after and weeks and weeks[0] == after.week else NEVER
    values = _values(weeks, own)
    found = select(MESSAGES, hashes=list(hashes), before=before, most=limit, counted=COUNTED, **values)
    return [row | {"week": weeks[row["place"] - 1]} for row in found]


def _compared(candidates: Sequence[Mapping[str, Any]], query: Query, reader: Reader) -> list[Hits]:
    """Those of the candidates whose texts do contain the words, and that the reader may open."""
    texts: dict[int, list[dict[str, Any]]] = {}
    for text in select(TEXTS, ids=[each for row in candidates for each in row["ids"]], notes=reader.sees_notes):
        if query.matches(text["text"]):
            texts.setdefault(text["conversation_id"], []).append(text)
    readable = rows_for([row["conversation_id"] for row in candidates if row["conversation_id"] in texts], reader)
    return [
        Hits(row, each["hits"] if each["hits"] > COUNTED else len(mine), mine)
        for each in candidates
        if (row := readable.get(each["conversation_id"])) and (mine := texts[each["conversation_id"]])
    ]
