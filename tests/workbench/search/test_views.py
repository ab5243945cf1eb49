"""The search as the desk's script is answered."""

from typing import Any

import pytest

from conversations.lifecycle import describing
from tests.cast import Cast
from tests.conversations.search.test_finding import indexed
from tests.sockets import signed_in

ADDRESS = "/api/desk/search"


def asked(agent: Any, words: str, **more: str) -> Any:
    """What the agent's browser gets."""
    return signed_in(agent).get(ADDRESS, {"q": words, **more}, headers={"accept": "application/json"})


def test_what_is_found_is_marked_and_leads_to_its_place(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    for text in ("您好", "我要退款,订单 2024", "退款 退款"):
        cast.shop.says(cast.carol, talk, text)
    indexed(cast)
    found = asked(cast.bob, "退款").json()
    (hits,) = found["messages"]
    assert (hits["row"]["conversation"], hits["hits"], found["next"]) == (talk.public_id, 2, None)
    assert [each["n"] for each in hits["found"]] == [3, 2]
    assert [each["text"] for each in hits["found"]] == [["", "退款", " ", "退款", ""], ["我要", "退款", ",订单 2024"]]
    assert found["contacts"] == found["conversations"] == []


def test_a_contact_leads_to_the_latest_conversation(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, talk, "您好")
    indexed(cast)
    found = asked(cast.bob, "CARO").json()
    (contact,), (conversation,) = found["contacts"], found["conversations"]
    assert contact["name"] == conversation["name"] == ["", "caro", "l"]
    assert contact["detail"] == []
    assert contact["row"]["conversation"] == conversation["row"]["conversation"] == talk.public_id
    assert [each["row"]["conversation"] for each in asked(cast.bob, talk.public_id).json()["conversations"]] == [
        talk.public_id
    ]
    assert len(asked(cast.bob, "官网").json()["conversations"]) == 1, "the channel's name"


@pytest.mark.parametrize(
    ("words", "status"), [("", 422), ("茶", 422), ("?" * 500, 200), ("a\x00b", 422), ("' or 1", 200)]
)
def test_odd_words_are_answered(cast: Cast, words: str, status: int) -> None:
    assert asked(cast.bob, words).status_code == status
    assert asked(cast.bob, "退款", after=words).status_code == 200


def test_a_search_that_takes_too_long_is_given_up_with_advice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.search.queries.CONVERSATION_WEEKS", "select pg_sleep(9)")
    monkeypatch.setattr("conversations.search.queries.LIMITS", "set local statement_timeout = '50ms'")
    answer = asked(cast.alice, "退款")
    assert (answer.status_code, answer.json()["code"]) == (503, "search_too_slow")
    monkeypatch.undo()
    assert asked(cast.bob, "退款").status_code == 200, "the next one is as before"


def test_what_was_noted_of_a_customer_finds_them_for_those_who_may_see_it(cast: Cast) -> None:
    talk, dave = cast.shop.held(cast.carol, cast.bob), cast.shop.hire("1009", "dave")
    with cast.shop.within():
        for field, text in (("remark", "王小姐"), ("note", "周末不要打电话")):
            describing.change_field(
                actor=cast.bob.actor(), customer_id=cast.carol.pk, field=field, seen={field: ""}, values={field: text}
            )
    indexed(cast)
    for words, name, detail in (("王小", ["", "王小", "姐"], []), ("周末", ["王小姐"], ["", "周末", "不要打电话"])):
        (contact,) = asked(cast.bob, words).json()["contacts"]
        assert (contact["name"], contact["detail"]) == (name, detail)
        assert contact["row"]["conversation"] == talk.public_id
        assert asked(dave, words).json()["contacts"] == asked(cast.mallory, words).json()["contacts"] == []
