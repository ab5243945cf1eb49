"""What is found, by whom, and how soon it is not any more."""

import random
from typing import Any

import pytest
from django.db import connection, transaction

from conversations.messages.recalling import recall
from conversations.models import Message, SearchBacklog, SearchDocument
from conversations.search.queries import Place, Reader, TooShort, contacts, message_hits
from conversations.search.rules import Query, fold, marked
from conversations.search.sweeps import index_messages
from stats.engine.counting import count_events
from tests.cast import Cast

ALPHABET = "退款申请订单物流包裹请问您好发货地址，。？！abcXYZ0123456789ＡＢ１２ éÉßﬁ한글ｶﾞ🙂👍🏽\n "
SENTENCES, LONGEST = 60, 24


def indexed(cast: Cast) -> None:
    """The sweeps have run."""
    for company in (cast.shop, cast.other):
        with company.within():
            count_events()
        index_messages(company.tenant.pk)


def texts_found(cast: Cast, words: str, agent: Any, **more: Any) -> list[str]:
    """The texts of all messages that the agent finds."""
    with cast.shop.within():
        hits, _next = message_hits(Query.parse(words), Reader(agent.actor(), **more))
    return [row["text"] for each in hits for row in each.messages]


def test_any_two_characters_that_stand_together_are_found(cast: Cast) -> None:
    """Whatever was written: random texts against the plain comparison."""
    talk, random_texts = cast.shop.held(cast.carol, cast.bob), random.Random(7)
    texts = ["".join(random_texts.choices(ALPHABET, k=random_texts.randint(1, LONGEST))) for _ in range(SENTENCES)]
    for text in texts:
        cast.shop.says(cast.carol, talk, text)
    indexed(cast)
    pairs = {text[at : at + 2] for text in texts for at in range(len(text) - 1)}
    for pair in sorted(pairs):
        query = Query.parse(pair)
        if query.is_long_enough:
            expected = [text for text in reversed(texts) if query.words[0] in fold(text)]
            assert texts_found(cast, pair, cast.bob)[:50] == expected[:50], pair


def test_words_may_stand_apart_and_width_and_case_do_not_matter(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, talk, "订单 ＡＢ-2024\n还没有 Delivered")
    indexed(cast)
    for words in ("ab-2024 订单", "ivere", "ＤＥＬＩＶ", "024", "还没"):
        assert len(texts_found(cast, words, cast.bob)) == 1, words
    for words in ("没还", "ab-2024 delivery", "2042"):
        assert texts_found(cast, words, cast.bob) == [], words
    with cast.shop.within(), pytest.raises(TooShort):
        message_hits(Query.parse("茶 a"), Reader(cast.bob.actor()))


@pytest.mark.parametrize("written", ["138 0013 8000", "138-0013-8000", "13800138000", "１３８　００１３　８０００"])
def test_a_number_is_found_however_it_is_grouped(cast: Cast, written: str) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, talk, f"打{written}找我,2024-11-30")
    indexed(cast)
    for words in ("13800138000", "138 0013 8000", "138-0013-8000", "001380", "2024-11"):
        assert len(texts_found(cast, words, cast.bob)) == 1, words
    assert texts_found(cast, "202411", cast.bob) == []
    (before, marked_number, _after) = marked(f"打{written}找我", Query.parse("13800138000"))
    assert (before, marked_number) == ("打", written)


def test_a_recalled_message_is_not_found_from_that_moment_on_and_leaves_the_index(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    kept = [cast.shop.says(who, talk, "退款申请") for who in (cast.carol, cast.bob)]
    indexed(cast)
    with cast.shop.within():
        recall(actor=cast.bob.actor(), conversation=talk.public_id, n=kept[1].row["n"])
    assert len(texts_found(cast, "退款", cast.bob)) == 1
    with cast.shop.within():
        assert SearchDocument.objects.count() == 2
    indexed(cast)
    with cast.shop.within():
        assert SearchDocument.objects.count() == 1
        Message.objects.filter(conversation=talk).delete()
        assert SearchDocument.objects.count() == 0


def test_nobody_finds_what_belongs_to_others(cast: Cast) -> None:
    """Bob finds what he had, also before a colleague gave it to him; dave, a colleague, none of it; mallory nothing of
    another company, even under the same id."""
    dave = cast.shop.hire("1009", "dave")
    mine = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, mine, "发票抬头")
    cast.shop.says(cast.bob, mine, "发票备注", note=True)
    theirs = cast.other.held(cast.mike, cast.mallory)
    cast.other.says(cast.mike, theirs, "发票抬头")
    indexed(cast)
    assert len(texts_found(cast, "发票", cast.bob)) == 2
    assert texts_found(cast, "发票", dave) == []
    assert len(texts_found(cast, "发票", cast.alice)) == 2, "who may see all"
    with cast.other.within():
        hits, _next = message_hits(Query.parse("发票"), Reader(cast.mallory.actor()))
    assert [each.row["conversation"] for each in hits] == [theirs.public_id]
    cast.shop.held(cast.carol, dave)
    assert len(texts_found(cast, "发票", dave)) == 2
    assert texts_found(cast, "发票", cast.bob) == [], "it goes on in other hands"


def test_who_serves_a_queue_finds_what_waits_there(cast: Cast) -> None:
    talk = cast.shop.open(cast.carol)
    cast.shop.says(cast.carol, talk, "有人在吗")
    indexed(cast)
    assert texts_found(cast, "在吗", cast.bob) == []
    assert len(texts_found(cast, "在吗", cast.bob, accounts={cast.shop.account.pk})) == 1


def test_pages_go_back_without_a_hole(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.search.queries.PAGE", 3)
    talks = [cast.shop.held(cast.shop.welcome(f"c{n}"), cast.bob) for n in range(8)]
    for talk in talks:
        cast.shop.says(cast.bob, talk, "您好,请问")
    indexed(cast)
    seen: list[int] = []
    after: Place | None = None
    with cast.shop.within():
        while True:
            hits, after = message_hits(Query.parse("您好"), Reader(cast.bob.actor()), after=after)
            seen += [each.row["conversation_id"] for each in hits]
            if after is None:
                break
            assert Place.parse(str(after)) == after
    assert seen == sorted((talk.pk for talk in talks), reverse=True)


def test_contacts_are_found_by_their_names(cast: Cast) -> None:
    for name in ("李小明", "王小明", "Dora"):
        cast.shop.says(customer := cast.shop.welcome(name), cast.shop.held(customer, cast.bob), "在")
    indexed(cast)
    with cast.shop.within():
        names = [row["words"] for row in contacts(Query.parse("小明"), Reader(cast.bob.actor()))]
        assert names == ["王小明", "李小明"]
        assert contacts(Query.parse("小明"), Reader(cast.shop.hire("1009", "dave").actor())) == []


def test_what_a_crash_interrupted_is_indexed_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The count of events and the backlog are one transaction; the index and the backlog are another."""
    monkeypatch.setattr("conversations.search.indexing.MESSAGES", 2)
    talk = cast.shop.held(cast.carol, cast.bob)
    for n in range(5):
        cast.shop.says(cast.carol, talk, f"第{n}条消息")
    with cast.shop.within():
        count_events()
        assert SearchBacklog.objects.count() == 1
        monkeypatch.setattr("conversations.search.indexing.DONE", "select 1 / 0")
        with pytest.raises(Exception, match="division by zero"):
            index_messages.run(cast.shop.tenant.pk)
        assert SearchBacklog.objects.count() == 1
        monkeypatch.undo()
    for _again in range(2):
        index_messages(cast.shop.tenant.pk)
        assert len(texts_found(cast, "消息", cast.bob)) == 5
    with cast.shop.within():
        assert SearchBacklog.objects.count() == 0


MANY = """
insert into conversations_message
  (tenant_id, conversation_id, seq, client_id, author_kind, author_name, kind, text, note)
select tenant_id, conversation_id, 1000 + n, gen_random_uuid(), 'customer', '', 'text', '您好 ' || n, false
from conversations_message, generate_series(1, %s) n where conversation_id = %s and seq = 1
"""
LOOKED_AT = """
select seq_scan, idx_tup_fetch from pg_stat_xact_user_tables where relname = 'conversations_searchdocument'
"""


def test_a_search_looks_at_what_has_the_words_and_nothing_else(cast: Cast) -> None:
    """Row security would be asked first, row by row, if the condition were not a part of it."""
    many, talk = 3000, cast.shop.held(cast.carol, cast.bob)
    for text in ("开始", "孔雀石"):
        cast.shop.says(cast.carol, talk, text)
    with cast.shop.within(), connection.cursor() as cursor:
        cursor.execute(MANY, [many, talk.pk])
    indexed(cast)
    with cast.shop.within():
        assert SearchDocument.objects.count() == many + 2
    for agent in (cast.alice, cast.bob):
        with cast.shop.within(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOOKED_AT)
            before = cursor.fetchone()
            (hits,), _next = message_hits(Query.parse("孔雀石"), Reader(agent.actor()))
            cursor.execute(LOOKED_AT)
            scans, fetched = (now - then for now, then in zip(cursor.fetchone(), before, strict=True))
        assert (hits.number, scans, fetched) == (1, 0, 1)
