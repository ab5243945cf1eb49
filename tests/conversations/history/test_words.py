"""Words in the console's list: found by the index of the search, shown with their place."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.conversations.history.test_pages import LIST, found
from tests.conversations.search.test_finding import indexed
from tests.sockets import signed_in


@pytest.mark.parametrize("is_indexed", [False, True])
def test_a_row_shows_where_the_words_stand_and_leads_there(cast: Cast, is_indexed: bool) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    for text in ("您好", "我要<退款>,订单 2024", "谢谢"):
        cast.shop.says(cast.carol, talk, text)
    cast.shop.says(cast.carol, cast.shop.held(cast.shop.welcome("dora"), cast.bob), "退货")
    if is_indexed:
        indexed(cast)
    boss: Any = signed_in(cast.alice)
    page = boss.get(LIST, {"words": "退款"}).content.decode()
    address = f"{LIST}{talk.public_id}/?page=1#m2"
    assert f'<a class="found" href="{address}">我要&lt;<mark>退款</mark>&gt;,订单 2024</a>' in page
    assert found(boss, words="2024 退款") == ["carol"]
    assert 'class="found"' not in boss.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我的电话 138 0013 8000", "13800138000"),
        ("我的电话 13800138000", "138-0013-8000"),
        ("型号是ＡＢＣ１２３", "abc123"),
        ("型号是 abc123", "ＡＢＣ"),
        ("Straße 5", "straße"),
    ],
)
def test_width_and_the_grouping_of_numbers_make_no_difference(cast: Cast, text: str, words: str) -> None:
    for name, said in (("carol", text), ("dora", "没有 137 0013 9000 ＡＢＤ")):
        cast.shop.says(customer := cast.shop.welcome(name), cast.shop.held(customer, cast.bob), said)
    indexed(cast)
    boss: Any = signed_in(cast.alice)
    assert found(boss, words=words) == ["carol"]
    assert boss.get(LIST, {"words": words}).content.decode().count('class="found"') == 1


def test_a_frequent_word_is_looked_for_in_the_texts_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.search.queries.CANDIDATES", 1)
    for name in ("carol", "dora"):
        cast.shop.says(customer := cast.shop.welcome(name), cast.shop.held(customer, cast.bob), "您好")
    indexed(cast)
    boss: Any = signed_in(cast.alice)
    assert set(found(boss, words="您好")) == {"carol", "dora"}


def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Cast) -> None:
    boss: Any = signed_in(cast.alice)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert boss.get(LIST, {"words": "您好"}).status_code == 200
        return len(queries)

    counts = []
    for number in range(4):
        cast.shop.says(customer := cast.shop.welcome(f"c{number}"), cast.shop.held(customer, cast.bob), "您好")
        counts.append(asked())
    assert len(set(counts)) == 1
