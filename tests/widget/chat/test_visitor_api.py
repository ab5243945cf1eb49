"""The visitor's side over HTTP: begin, resume, look back."""

import json
from typing import Any

import pytest
from django.test import Client

from channels_app.models import Channel
from conversations.lifecycle import ending
from core.tenancy.scope import unscoped
from customers.models import Customer
from tests.cast import Cast
from tests.sockets import bearer


def begin(cast: Cast, **payload: Any) -> Any:
    """`POST /api/visitor/session`."""
    payload = {"channel": cast.shop.channel.public_id} | payload
    return Client().post("/api/visitor/session", payload, content_type="application/json")


def customers() -> int:
    """All there are."""
    with unscoped(reason="the test looks from above"):
        return Customer.objects.count()


def test_a_stranger_becomes_a_visitor_without_a_conversation(cast: Cast) -> None:
    before = customers()
    answer = begin(cast).json()
    assert (answer["row"], answer["messages"], answer["more"]) == (None, [], False)
    assert answer["token"]
    assert customers() == before + 1


def test_a_visitor_who_comes_back_finds_everything(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, talk, "a question")
    cast.shop.says(cast.bob, talk, "a private note", note=True)
    cast.shop.says(cast.bob, talk, "an answer")
    before = customers()
    answer = begin(cast, token=cast.shop.token(cast.carol)).json()
    assert customers() == before
    assert answer["visitor"]["id"] == cast.carol.public_id
    assert [message["text"] for message in answer["messages"]] == ["a question", "an answer"]
    assert answer["row"]["agent"]["name"] == "bob"
    assert "private" not in json.dumps(answer)


def test_an_agents_name_stays_hidden_where_the_account_says_so(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.bob, talk, "an answer")
    with cast.shop.within():
        type(cast.shop.account).objects.update(show_agent_name=False)
    answer = begin(cast, token=cast.shop.token(cast.carol)).json()
    assert "bob" not in json.dumps(answer)
    assert answer["messages"][0]["name"] == cast.shop.account.name


def test_older_messages_come_page_by_page_over_all_conversations(cast: Cast) -> None:
    for _ in range(2):
        talk = cast.shop.open(cast.carol)
        for n in range(40):
            cast.shop.says(cast.carol, talk, f"line {n}")
        with cast.shop.within():
            ending.end_by_visitor(actor=cast.carol.actor(), conversation=talk.public_id)
    first = begin(cast, token=cast.shop.token(cast.carol)).json()
    oldest = first["messages"][0]
    client = Client(headers=bearer(first["token"]))
    second = client.get("/api/visitor/messages", {"before": f"{oldest['conversation']}:{oldest['n']}"}).json()
    assert (len(first["messages"]), first["more"]) == (50, True)
    assert (len(second["messages"]), second["more"]) == (30, False)
    places = [(message["conversation"], message["n"]) for message in second["messages"] + first["messages"]]
    assert len(set(places)) == 80


@pytest.mark.parametrize("before", ["", "x", "x:", ":1", "x:y", "x:99999999999", "x:-1", "x:1:2", "%00:1"])
def test_a_strange_place_in_the_history_is_survived(cast: Cast, before: str) -> None:
    client = Client(headers=bearer(cast.shop.token(cast.carol)))
    assert client.get("/api/visitor/messages", {"before": before}).status_code == 200


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", "{", '{"channel": 7}', '{"channel": "x", "color": 1}', '{"channel": "' + "x" * 17 + '"}']
)
def test_a_strange_command_is_a_bad_frame(cast: Cast, body: str) -> None:
    answer = Client().post("/api/visitor/session", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_frame")
    assert customers() == 2


def test_an_unknown_or_closed_channel_is_not_found(cast: Cast) -> None:
    assert begin(cast, channel="nothing").status_code == 404
    with cast.shop.within():
        Channel.objects.update(is_active=False)
    assert begin(cast).status_code == 404


def test_a_channel_that_is_gone_says_so_in_every_frame(cast: Cast) -> None:
    with cast.shop.within():
        Channel.objects.update(is_active=False)
    for name in (cast.shop.channel.public_id, "nothing"):
        answer = Client().get(f"/chat/{name}/", headers={"Accept-Language": "zh-CN"})
        assert (answer.status_code, "会话入口已关闭" in answer.content.decode()) == (404, True)
        assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors *")
        assert "X-Frame-Options" not in answer.headers


@pytest.mark.parametrize("address", ["/w/{}.js", "/chat/{}/", "/sign-in/"])
def test_whoever_only_asks_whether_it_is_there_is_answered(cast: Cast, address: str) -> None:
    assert Client().head(address.format(cast.shop.channel.public_id)).status_code == 200


def test_a_token_for_another_channel_begins_as_somebody_new(cast: Cast) -> None:
    with cast.shop.within():
        second = Channel.objects.create(name="another", service_account=cast.shop.account, origins=["*"])
    answer = begin(cast, channel=second.public_id, token=cast.shop.token(cast.carol)).json()
    assert answer["visitor"]["name"] != "carol"


def test_one_address_cannot_make_visitors_without_end(cast: Cast) -> None:
    statuses = [begin(cast).status_code for _ in range(242)]
    assert statuses[:240] == [200] * 240
    assert statuses[240:] == [429, 429]
