"""Words in messages: which conversations contain them, and where."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, Func, OuterRef, Q, TextField

from conversations.models import Message
from conversations.search.queries import conversations_with
from conversations.search.rules import Query, snippet
from core.statements import select

# A text as the search compares it (`rules.py`): without differences of case and width, its numbers in one piece.
PLAIN = r"regexp_replace(lower(normalize({text}, nfkc)), '(?<=\d{{3}})[ \u2010-\u2015-](?=\d{{3}})', '', 'g')"
PLAIN_TEXT = Func("text", template=PLAIN.format(text="%(expressions)s"), output_field=TextField())


def mentions(words: str, *, notes: bool, weeks: Sequence[int]) -> Q:
    """Whether a message of a person contains each of the words; of conversations begun in these weeks. Recalled ones
    are not searched, notes only with `notes`. The index of the search says which conversations are worth looking at,
    and there the words are compared as the search does; of a word that is in very many, as it is written."""
    query = Query.parse(words)
    ids = conversations_with(query, weeks)
    messages = Message.objects.filter(conversation=OuterRef("pk"), recalled_at=None).exclude(author_kind="system")
    shown = messages if notes else messages.filter(note=False)
    as_written = Q(Exists(shown.filter(_with_all("text__icontains", words.split()))))
    if ids is None:
        return as_written
    plain = Q(Exists(shown.alias(plain=PLAIN_TEXT).filter(_with_all("plain__contains", query.words))))
    return Q(pk__in=ids) & (as_written | plain)  # in this order: most are found as they are written, which is quick


def _with_all(lookup: str, words: Sequence[str]) -> Q:
    return Q(*((lookup, word) for word in words))


HITS = f"""
select m.* from unnest(%(keys)s::bigint[]) wanted (id) cross join lateral (
  select conversation_id, seq as n, text from conversations_message
  where tenant_id = %(tenant)s and conversation_id = wanted.id and recalled_at is null and author_kind <> 'system'
    and (%(notes)s or not note)
    and (text ilike all(%(written)s) or {PLAIN.format(text="text")} like all(%(plain)s))
  order by seq desc limit 1
) m
"""  # noqa: S608 – made of constants


class Hit(NamedTuple):
    """The newest message that contains the words: its number and page in the thread, and a part of its text, of which
    each second piece is marked."""

    n: int
    page: int
    text: Sequence[str]


def hits(keys: Sequence[int], words: str, *, notes: bool, per_page: int) -> dict[int, Hit]:
    """Conversation → its hit, where pages of a thread have so many messages."""
    query = Query.parse(words)
    written, plain = _patterns(words.split()), _patterns(query.words or words.split())
    rows = select(HITS, keys=list(keys), written=written, plain=plain, notes=notes)
    return {
        row["conversation_id"]: Hit(row["n"], (row["n"] - 1) // per_page + 1, snippet(row["text"], query))
        for row in rows
    }


def _patterns(words: Sequence[str]) -> list[str]:
    return [f"%{connection.ops.prep_for_like_query(word)}%" for word in words]
