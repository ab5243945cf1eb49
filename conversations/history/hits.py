"""Words in messages: which conversations contain them, and where."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from conversations.models import Message
from conversations.search.queries import conversations_with
from conversations.search.rules import Query, snippet
from core.statements import select


def mentions(words: str, *, notes: bool, weeks: Sequence[int]) -> Q:
    """Whether a message of a person contains each of the words; of conversations begun in these weeks. Recalled ones
    are not searched, notes only with `notes`. The index of the search says which conversations are worth looking at."""
    messages_of = Message.objects.filter(conversation=OuterRef("pk"), recalled_at=None).exclude(author_kind="system")
    for word in words.split():
        messages_of = messages_of.filter(text__icontains=word)
    mentioned = Q(Exists(messages_of if notes else messages_of.filter(note=False)))
    ids = conversations_with(Query.parse(words), weeks)
    return mentioned if ids is None else Q(pk__in=ids) & mentioned


HITS = """
select m.* from unnest(%(keys)s::bigint[]) wanted (id) cross join lateral (
  select conversation_id, seq as n, text from conversations_message
  where tenant_id = %(tenant)s and conversation_id = wanted.id and recalled_at is null and author_kind <> 'system'
    and (%(notes)s or not note) and text ilike all(%(patterns)s)
  order by seq desc limit 1
) m
"""


class Hit(NamedTuple):
    """The newest message that contains the words: its number and page in the thread, and a part of its text, of which
    each second piece is marked."""

    n: int
    page: int
    text: Sequence[str]


def hits(keys: Sequence[int], words: str, *, notes: bool, per_page: int) -> dict[int, Hit]:
    """Conversation → its hit, where pages of a thread have so many messages."""
    query = Query.parse(words)
    patterns = [f"%{connection.ops.prep_for_like_query(word)}%" for word in words.split()]
    rows = select(HITS, keys=list(keys), patterns=patterns, notes=notes)
    return {
        row["conversation_id"]: Hit(row["n"], (row["n"] - 1) // per_page + 1, snippet(row["text"], query))
        for row in rows
    }
