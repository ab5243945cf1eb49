"""A message kind as docs/adding.md shows one: declared, and that is all; it goes wherever messages go."""

import json
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from conversations.messages.contents import content_scripts
from conversations.messages.kinds.declare import (
    EVERYBODY,
    LARGEST_CONTENT,
    Content,
    ContentRefused,
    ContentTooLarge,
    KindRefused,
    MessageKind,
    Sender,
    kind_for,
    registry,
)
from conversations.models import Conversation, Message
from tests.cast import Cast
from tests.examples import code, run
from tests.house.foreign import foreign_frames
from tests.sockets import bearer, desk_socket, signed_in, visitor_socket
from widget.visitor import VisitorClient
from workbench.desk.texts import desk_texts

SECTION = "A message kind"
FILE = "conversations/messages/kinds/location.py"
CELL = "templates/conversations/messages/kinds/location.html"
PLACE = {"latitude": 31.2304, "longitude": 121.4737, "label": "Warehouse 3"}
LINK = 'href="geo:31.230400,121.473700"'
REFUSED = "消息不完整或内容有误，无法发送。请检查后重试。"


def templates(*more: Path) -> Any:
    """The templates, with a folder of others before them."""
    own: dict[str, Any] = settings.TEMPLATES[0]
    folders: list[Path] = own["DIRS"]
    return override_settings(TEMPLATES=[own | {"DIRS": [*more, *folders]}, *settings.TEMPLATES[1:]])


@pytest.fixture
def location(tmp_path: Path) -> Iterator[MessageKind]:
    """The example's kind with its cell of the history, while the test runs."""
    cell = tmp_path / CELL.removeprefix("templates/")
    cell.parent.mkdir(parents=True)
    cell.write_text(code(SECTION, CELL))
    module = run(SECTION, FILE)
    with templates(tmp_path):
        yield module.LOCATION
    sys.modules.pop(module.__name__)
    registry.pop("location", None)


@pytest.fixture
def offer() -> Iterator[MessageKind]:
    """The example's kind that agents alone send, while the test runs."""
    module = run(SECTION, "conversations/messages/kinds/offer.py")
    yield module.OFFER
    sys.modules.pop(module.__name__)
    registry.pop("offer", None)


@pytest.fixture
def talk(cast: Cast) -> Conversation:
    """carol's conversation with bob."""
    return cast.shop.held(cast.carol, cast.bob)


def frame(talk: Conversation, **fields: Any) -> dict[str, Any]:
    """`message.post` with the place."""
    place = {"kind": "location", "content": PLACE}
    return {"t": "message.post", "id": str(uuid.uuid4()), "conversation": talk.public_id} | place | fields


def post(client: Client, side: str, frame: dict[str, Any]) -> dict[str, Any]:
    """A command over HTTP."""
    return dict(client.post(f"/api/{side}/command", frame, content_type="application/json").json())


def visitor(cast: Cast) -> Client:
    """carol's browser."""
    return Client(headers=bearer(cast.shop.token(cast.carol)))


@pytest.mark.usefixtures("live_loop", "location")
async def test_both_sides_send_it_and_hear_it_once(cast: Cast, talk: Conversation) -> None:
    async with visitor_socket() as carol, desk_socket(cast.bob) as bob:
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        await bob.hello(after={})
        asked = frame(talk)
        for _again in range(2):
            answer = await carol.ask("message.post", asked)
            said = answer["message"]
            assert (said["kind"], said["text"], said["content"], said["file"]) == (
                "location",
                "Warehouse 3",
                PLACE,
                None,
            )
        heard = await bob.hear("message.posted")
        assert heard["message"] == said | {"note": False, "author": None}
        assert (heard["row"]["last"]["kind"], heard["row"]["last"]["text"]) == ("location", "Warehouse 3")
        unnamed = {"latitude": -1, "longitude": 2.5}
        await bob.ask("message.post", frame(talk, content=unnamed))
        heard = await carol.hear("message.posted", conversation=talk.public_id, seq=answer["row"]["seq"] + 1)
        assert heard["message"]["text"] == "-1.00000, 2.50000"
        assert heard["message"]["content"] == unnamed | {"label": ""}
    with cast.shop.within():
        stored = Message.objects.order_by("seq").values_list("seq", "kind", "text", "content")
        assert list(stored) == [
            (1, "location", "Warehouse 3", PLACE),
            (2, "location", "-1.00000, 2.50000", unnamed | {"label": ""}),
        ]


def test_as_the_page_shows_a_client_sends_it(cast: Cast, talk: Conversation, location: MessageKind) -> None:
    shown = json.loads(code(SECTION, "message.post")) | {"conversation": talk.public_id}
    assert post(visitor(cast), "visitor", shown)["message"]["text"] == "Warehouse 3"


def test_it_stands_in_history_and_transcript_is_found_and_is_recalled(
    cast: Cast, talk: Conversation, location: MessageKind
) -> None:
    bob, alice, carol = signed_in(cast.bob), signed_in(cast.alice), visitor(cast)
    assert post(bob, "desk", frame(talk))["t"] == "ack"
    for address in (reverse("workbench:messages", args=[talk.public_id]), reverse("widget:messages")):
        (said,) = (carol if "visitor" in address else bob).get(address).json()["messages"]
        assert (said["text"], said["content"]) == ("Warehouse 3", PLACE)
    history, page = reverse("conversations:history"), reverse("conversations:conversation", args=[talk.public_id])
    assert LINK in alice.get(page).content.decode()
    assert [alice.get(history, {"words": word}).context["listing"].total for word in ("house 3", "31.23")] == [1, 0]
    assert "Show on the map" in desk_texts().values()
    assert post(bob, "desk", {"t": "message.recall", "id": str(uuid.uuid4()), "conversation": talk.public_id, "n": 1})
    (said,) = carol.get(reverse("widget:messages")).json()["messages"]
    assert (said["recalled"], said["text"], said["content"]) == (True, "", {})
    content = alice.get(page).content.decode()
    assert "<del>Warehouse 3</del>" in content
    assert LINK not in content


BAD: dict[str, dict[str, Any]] = {
    "no content": {"content": {}},
    "not on the earth": {"content": PLACE | {"latitude": 91}},
    "not a number": {"content": PLACE | {"latitude": "north"}},
    "something else": {"content": PLACE | {"color": "red"}},
    "an endless name": {"content": PLACE | {"label": "x" * 101}},
    "words beside it": {"text": "look"},
    "a text with content": {"kind": "text", "text": "look"},
}


@pytest.mark.parametrize("fields", BAD.values(), ids=BAD.keys())
def test_other_content_is_refused_in_the_senders_language(
    cast: Cast, talk: Conversation, location: MessageKind, fields: dict[str, Any]
) -> None:
    answer = post(visitor(cast), "visitor", frame(talk, **fields))
    assert (answer["t"], answer["code"], answer["text"], answer["retry"]) == (
        "refused", "content_refused", REFUSED, False,
    )  # fmt: skip
    with cast.shop.within():
        assert not Message.objects.exists()


def test_a_place_has_no_file_and_content_is_an_object(cast: Cast, talk: Conversation, location: MessageKind) -> None:
    assert post(visitor(cast), "visitor", frame(talk, file="nobodys-file-000"))["code"] == "file_refused"
    assert post(visitor(cast), "visitor", frame(talk, content=[PLACE]))["code"] == "bad_frame"
    assert post(visitor(cast), "visitor", frame(talk, content=PLACE | {"label": "x\0"}))["code"] == "bad_frame"


def test_content_has_a_largest_size_whatever_the_model_lets_in() -> None:
    class Poem(Content):
        lines: list[str]

    poem = MessageKind("poem", content=Poem)
    assert poem.parts("words", None, {"lines": ["x"] * 100}).text == "words"
    with pytest.raises(ContentTooLarge):
        poem.parts("words", None, {"lines": ["x" * LARGEST_CONTENT]})


def _deep(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _level in range(levels):
        found = {"a": found}
    return found


@pytest.mark.parametrize("content", [{"tree": _deep(200)}, {"tree": _deep(900)}, {"number": "9" * 40}])
def test_what_no_json_could_hold_is_refused_whatever_the_model_lets_in(content: dict[str, Any]) -> None:
    class Form(Content):
        tree: dict[str, Any] = {}
        number: int = 0

    assert MessageKind("form", content=Form).parts("words", None, {"tree": _deep(20)}).content["tree"] == _deep(20)
    with pytest.raises((ContentRefused, ContentTooLarge)):
        MessageKind("form", content=Form).parts("words", None, content)


def test_a_kind_may_say_that_its_messages_stay(
    cast: Cast, talk: Conversation, location: MessageKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry, "location", MessageKind("location", content=location.content, recallable=False))
    post(visitor(cast), "visitor", frame(talk, kind="text", text="hello", content={}))
    with cast.shop.within():
        Message.objects.update(kind="location", content=PLACE)
    answer = post(visitor(cast), "visitor", {"t": "message.recall", "id": str(uuid.uuid4()), "n": 1,
                                             "conversation": talk.public_id})  # fmt: skip
    assert (answer["t"], answer["code"]) == ("refused", "not_recallable")


OFFERED = {"kind": "offer", "content": {"article": "Green tea", "cents": 1250}}


@pytest.mark.usefixtures("offer")
def test_what_only_agents_send_is_refused_from_others_and_stays(cast: Cast, talk: Conversation) -> None:
    answer = post(visitor(cast), "visitor", frame(talk, **OFFERED))
    assert (answer["t"], answer["code"], answer["text"], answer["retry"]) == (
        "refused", "kind_refused", "这里不能发送此类消息，请改用文字说明。", False,
    )  # fmt: skip
    first = post(visitor(cast), "visitor", frame(talk, **OFFERED) | {"conversation": None})
    assert first["code"] == "kind_refused"
    bob = signed_in(cast.bob)
    assert post(bob, "desk", frame(talk, **OFFERED))["message"]["text"] == "Green tea: 12.50"
    recall = {"t": "message.recall", "id": str(uuid.uuid4()), "conversation": talk.public_id, "n": 1}
    assert post(bob, "desk", recall)["code"] == "not_recallable"
    with cast.shop.within():
        assert [(said.kind, said.recalled_at) for said in Message.objects.all()] == [("offer", None)]
    with pytest.raises(KindRefused):
        kind_for("system", "offer")


@pytest.mark.usefixtures("offer")
def test_the_walk_over_all_commands_sends_what_the_form_alone_can_say() -> None:
    frames = foreign_frames(VisitorClient.commands["message.post"].payload, "own", ["x"])["conversation"]
    assert {frame["kind"] for frame in frames} == {"text", "image", "video", "audio", "file"}


@pytest.mark.usefixtures("offer", "location")
def test_pages_are_told_once_what_they_may_send_and_take_back(cast: Cast) -> None:
    desk = signed_in(cast.bob).get(reverse("workbench:desk")).context["config"]
    chat = Client().get(reverse("widget:chat", args=[cast.shop.channel.public_id])).context["config"]
    assert [set(desk["sends"]) - set(chat["sends"]), set(chat["sends"])] == [
        {"offer"},
        {"text", "image", "video", "audio", "file", "location"},
    ]
    assert set(desk["recalls"]) == set(chat["recalls"]) == {"text", "image", "video", "audio", "file", "location"}


@pytest.mark.parametrize(("kinds", "hidden"), [(["image", "file"], False), (["image"], False), ([], True)])
def test_no_button_for_files_where_this_side_may_send_none(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, kinds: list[str], hidden: bool
) -> None:
    for name in ("image", "file"):
        senders: frozenset[Sender] = EVERYBODY if name in kinds else frozenset({"system"})
        monkeypatch.setitem(registry, name, replace(registry[name], senders=senders))
    chat = Client().get(reverse("widget:chat", args=[cast.shop.channel.public_id])).content.decode()
    assert ('id="attach" hidden' in chat) is hidden
    desk = signed_in(cast.bob).get(reverse("workbench:desk")).content.decode()
    assert ('id="image-button" hidden' in desk, 'id="file-button" hidden' in desk) == (hidden, "file" not in kinds)


def test_what_a_later_version_stored_is_shown_by_its_words(
    cast: Cast, talk: Conversation, location: MessageKind, tmp_path: Path
) -> None:
    post(visitor(cast), "visitor", frame(talk))
    registry.pop("location")
    (tmp_path / CELL.removeprefix("templates/")).unlink()
    page = signed_in(cast.alice).get(reverse("conversations:conversation", args=[talk.public_id])).content.decode()
    assert '<p class="bubble">Warehouse 3</p>' in page
    (said,) = visitor(cast).get(reverse("widget:messages")).json()["messages"]
    assert (said["kind"], said["text"]) == ("location", "Warehouse 3")
    assert post(visitor(cast), "visitor", frame(talk))["code"] == "bad_frame"
    again = {"t": "message.recall", "id": str(uuid.uuid4()), "conversation": talk.public_id, "n": 1}
    assert post(visitor(cast), "visitor", again)["message"]["recalled"] is True


def test_each_kind_there_is_has_a_script_and_a_cell() -> None:
    assert set(registry) == set(content_scripts()) == {"text", "image", "video", "audio", "file"}
    folder = Path(settings.BASE_DIR) / "templates/conversations/messages/kinds"
    assert {path.stem for path in folder.iterdir()} == {*registry, "unknown"}
