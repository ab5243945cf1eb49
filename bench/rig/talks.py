"""Messages for `bin/bench search`: a company with very many, beside small ones. Needs Django to be set up."""

import json
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection, transaction

from accounts.models import Group
from accounts.provisioning import add_agent, open_tenant
from bench.rig import history, servers
from bench.rig.sockets import Broken
from channels_app.channels.provisioning import add_web_channel
from conversations.models import SearchBacklog
from core.tenancy.scope import tenant_scope, unscoped

LONG = 10  # messages of a conversation
SMALL, SMALL_MESSAGES = 50, 2000
VOCABULARY, COMMON = 4000, 3000  # words of two, of so many characters
FREQUENT, RARE, RARE_MESSAGES = "您好", "孔雀石", 20  # in nearly every third message; in so many of all
AT_ONCE = 50_000  # conversations, in a transaction
# Words as they are frequent in a language: the second half as often as the first. Every tenth has a number, every
# twentieth a line of English.
MESSAGES = """
insert into conversations_message (tenant_id, conversation_id, seq, client_id, author_kind, author_id, author_name,
  kind, text, note, created_at)
select c.tenant_id, c.id, seq, gen_random_uuid(), (array['agent', 'customer'])[1 + seq %% 2],
  case seq %% 2 when 1 then c.customer_id else c.agent_id end, '', 'text',
  case when random() < 0.3 then %(frequent)s || ',' else '' end
    || (select string_agg(chr((%(codes)s::integer[])[2 * word - 1]) || chr((%(codes)s::integer[])[2 * word]), '')
        from (select floor(exp(random() * ln(%(count)s)))::integer as word
              from generate_series(1, 3 + (c.id + seq) %% 8) offset 0) drawn)
    || case when random() < 0.1 then '订单' || (1e11 + floor(random() * 8e11))::bigint else '' end
    || case when random() < 0.05 then ' please check my parcel ' || (c.id %% 997) else '' end
    || case when (c.id * %(long)s + seq) %% %(every)s = 0 then %(rare)s else '' end,
  false, c.opened_at + seq * interval '10 seconds'
from conversations_conversation c, generate_series(1, %(long)s) seq
where c.id > %(from)s and c.id <= %(until)s
"""
# Trigrams are made of letters, and what is a letter is said by the locale of the database: in `C`, Chinese is none.
WITH_LETTERS = "create database {} template template0 encoding 'utf8' locale 'C.UTF-8'"
COPY_OUT = "copy (select id, conversation_id, text from conversations_message order by id desc limit {}) to stdout"
COPY_IN = "copy trigram from stdin"
TABLE = """
create extension pg_trgm;
create table trigram (id bigint, conversation_id bigint, text text)
"""
INDEXES = """
create index trigram_text on trigram using gin (text gin_trgm_ops);
create unique index on trigram (id);
analyze trigram
"""


class Indexed(NamedTuple):
    """What the sweep did: all messages, and of those of the small companies how many a second, with all indexes."""

    messages: int
    a_second: float


@dataclass(frozen=True)
class Talks:
    """The company's words by how frequent they are, cookies of its supervisor and of an agent, and how it was
    indexed."""

    words: list[str]
    supervisor: str
    at_the_desk: str
    indexed: Indexed


def open_companies(messages: int, kept: Path | None = None) -> Talks:
    """The company with so many messages in a year, and the small ones, indexed; those of the last time where the folder
    `kept` has them. Raises `Broken` where it has others."""
    note = kept and kept / "talks.json"
    if note and note.is_file():
        known = json.loads(note.read_text())
        if known["asked"] != messages:
            raise Broken(f"{kept} has {known['asked']:,} messages: ask for so many, or name another folder.")
        _tenant, supervisor, at_the_desk = history.signed_in_again()
        return Talks(_vocabulary(), supervisor, at_the_desk, Indexed(*known["indexed"]))
    if kept and _number("select count(*) from accounts_tenant"):
        raise Broken(f"{kept} was not finished: remove it.")
    company = _write(messages)
    indexed = _index_all(company.tenant_id)
    if note:
        note.write_text(json.dumps({"asked": messages, "indexed": indexed}))
    return Talks(_vocabulary(), company.supervisor, company.at_the_desk, indexed)


def _write(messages: int) -> history.Company:
    company = history.open_company()
    small = [_open_small(number) for number in range(SMALL)]
    words = _vocabulary()
    with unscoped(reason="the benchmark's companies"), connection.cursor() as cursor:
        with transaction.atomic(), history._without_indexes(cursor):
            _talk(cursor, company.values, messages // LONG, words, messages)
            for values in small:
                _talk(cursor, values, SMALL_MESSAGES // LONG, words, messages)
        for table in history.TABLES:
            cursor.execute(f"vacuum (analyze) {table}")
    return company


def _open_small(number: int) -> dict[str, int]:
    tenant = open_tenant(code=f"7{number:03}", name=f"Small {number}")
    with tenant_scope(tenant.pk):
        group = Group.objects.create(name="Desks")
        channel = add_web_channel(account_name="Small", name="Site", groups=(group,))
        agent = add_agent(number="1", nickname="Bob", role="agent", password="a good password", groups=(group,))
        ids = {"tenant": tenant.pk, "channel": channel.pk, "account": channel.service_account_id, "group": group.pk}
        return {**ids, "agent": agent.pk, "agents": 1}


def _talk(cursor: Any, values: dict[str, int], conversations: int, words: list[str], messages: int) -> None:
    cursor.execute("select coalesce(max(id), 0) from conversations_conversation")
    (newest,) = cursor.fetchone()
    made = {**values, "count": conversations, "newest": newest, "prefix": f"p{newest}-"}
    for statement in (history.CUSTOMERS, history.CONVERSATIONS, history.PARTICIPATIONS):
        cursor.execute(statement, made)
    cursor.execute("select max(id) from conversations_conversation")
    (last,) = cursor.fetchone()
    codes = [ord(character) for word in words for character in word]
    texts = {"codes": codes, "count": len(words), "frequent": FREQUENT, "rare": RARE, "long": LONG}
    texts["every"] = max(1, messages // RARE_MESSAGES)
    for begin in range(newest, last, AT_ONCE):
        cursor.execute(MESSAGES, {**texts, "from": begin, "until": min(last, begin + AT_ONCE)})


def _vocabulary() -> list[str]:
    draw = random.Random(11)
    common = [chr(0x4E00 + draw.randrange(20_000)) for _ in range(COMMON)]
    return ["".join(draw.choices(common, k=2)) for _ in range(VOCABULARY)]


DROP = "drop index search_document_terms"
MAKE = """
set maintenance_work_mem = '512MB';
create index search_document_terms on conversations_searchdocument using gin (terms) with (fastupdate = off);
reset maintenance_work_mem
"""


def _index_all(large: int) -> Indexed:
    """Indexes all messages by the product's own sweep, as after an upgrade. The index of terms is built when those of
    the `large` tenant are there: many times faster than to keep it for so many."""
    with unscoped(reason="the benchmark's companies"), connection.cursor() as cursor:
        cursor.execute(history.BACKLOG, {"newest": 0})
    _run("analyze conversations_searchbacklog", DROP)
    messages = history.index([large])
    _run(MAKE)
    began = time.perf_counter()
    others = history.index(_tenants_left())
    taken = time.perf_counter() - began
    _run("vacuum (analyze) conversations_searchdocument", "vacuum (analyze) conversations_contactdocument")
    return Indexed(messages + others, others / taken)


def _tenants_left() -> list[int]:
    with unscoped(reason="the benchmark's companies"):
        return list(SearchBacklog.objects.order_by("tenant_id").values_list("tenant_id", flat=True).distinct())


def _run(*statements: str) -> None:
    with unscoped(reason="the benchmark's companies"), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def bytes_of_documents() -> int:
    """Of the documents of messages, with their indexes."""
    return _number("select pg_total_relation_size('conversations_searchdocument')")


def bytes_of_terms() -> int:
    """Of the index of their terms alone, which is what a trigram index is compared with."""
    return _number("select pg_relation_size('search_document_terms')")


def _number(statement: str) -> int:
    with unscoped(reason="the benchmark's companies"), connection.cursor() as cursor:
        cursor.execute(statement)
        (found,) = cursor.fetchone()
    return int(found)


@contextmanager
def with_trigrams(url: str, rows: int, *, keeps: bool = False) -> Iterator["psycopg.Connection[tuple[int]]"]:
    """A connection to a database of its own with the newest messages and a trigram index; it goes with the block, or
    stays for the next time."""
    name = "kefu_trigrams_kept" if keeps else f"kefu_trigrams_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as source:
        source.execute("select set_config('kefu.unscoped', 'on', false)")
        made = servers.has_database(source, name)
        if not made:
            source.execute(WITH_LETTERS.format(name))
        try:
            copy = psycopg.connect(urlunsplit(urlsplit(url)._replace(path=f"/{name}")), autocommit=True)
            with copy:
                if not made:
                    copy.execute(TABLE)
                    _copy(source, copy, rows)
                    copy.execute(INDEXES)
                    made = True
                yield copy
        finally:
            if not (keeps and made):
                source.execute(f"drop database {name} with (force)")


def _copy(source: "psycopg.Connection[Any]", target: "psycopg.Connection[Any]", rows: int) -> None:
    with (
        source.cursor().copy(COPY_OUT.format(rows)) as outgoing,
        target.cursor().copy(COPY_IN) as incoming,
    ):
        for block in outgoing:
            incoming.write(block)
