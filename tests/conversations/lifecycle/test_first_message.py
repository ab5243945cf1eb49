"""A conversation begins with its first message: the question comes before whoever is given it, and comes once."""

import uuid
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from channels_app.models import Channel
from conversations.lifecycle import opening
from conversations.lifecycle.opening import TooManyOpen
from conversations.models import Conversation, Message
from conversations.posting import drafts
from conversations.posting.drafts import Draft, Outcome
from core.errors import Refusal
from core.models import LoggedEvent
from tests.cast import Cast, at_once
from tests.sockets import Socket, desk_socket, visitor_socket

HELLO = "Where is my parcel?"


def asks(cast: Cast, client_id: uuid.UUID | None = None, **fields: Any) -> Outcome:
    """carol's message that names no conversation."""
    draft = Draft(
        "", client_id or uuid.uuid4(), "customer", cast.carol.pk, cast.carol.name, **({"text": HELLO} | fields)
    )
    with cast.shop.within():
        channel = Channel.objects.select_related("tenant").get(pk=cast.shop.channel.pk)
        return opening.post_first(customer=cast.carol, channel=channel, draft=draft)


def test_whoever_is_assigned_comes_after_the_question(cast: Cast) -> None:
    cast.shop.status(cast.bob, "online")
    asks(cast)
    with cast.shop.within():
        told = list(
            LoggedEvent.objects.filter(conversation_id__isnull=False).order_by("seq").values_list("name", "data")
        )
        assert Conversation.objects.get().agent == cast.bob
        texts = list(Message.objects.order_by("seq").values_list("author_kind", "text"))
    names = [name for name, _data in told]
    assert names[:2] == ["conversation.opened", "conversation.queued"]
    assert names[-2:] == ["message.posted", "conversation.assigned"]
    assert set(names[2:-2]) <= {"message.posted"}
    assert texts[-1] == ("customer", HELLO)


def has_heard(line: Socket, kind: str) -> bool:
    """Whether such a frame is there."""
    return any(frame["t"] == kind for frame in line.frames)


@pytest.mark.usefixtures("live_loop")
async def test_both_sides_hear_the_question_first(cast: Cast) -> None:
    cast.shop.status(cast.bob, "online")
    async with visitor_socket() as carol, desk_socket(cast.bob) as bob:
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        await bob.hello(after={})
        answer = await carol.ask("message.post", {"kind": "text", "text": HELLO})
        assert (answer["t"], answer["message"]["text"]) == ("ack", HELLO)
        for line in (carol, bob):
            await line.until(partial(has_heard, line, "conversation.assigned"))
            kinds = [frame["t"] for frame in line.frames if frame["t"] in ("message.posted", "conversation.assigned")]
            assert kinds[-1] == "conversation.assigned"
            assert "message.posted" in kinds
            seqs = [frame["seq"] for frame in line.frames if "seq" in frame]
            assert seqs == sorted(seqs)


@pytest.mark.usefixtures("live_loop")
async def test_a_repeated_first_post_finds_its_conversation_and_its_message(cast: Cast) -> None:
    number = str(uuid.uuid4())
    async with visitor_socket() as carol:
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        first, again = [
            await carol.ask("message.post", {"kind": "text", "text": HELLO, "id": number}) for _ in range(2)
        ]
        place = first["row"]["conversation"]
        await carol.ask("conversation.end", conversation=place)
        late = await carol.ask("message.post", {"kind": "text", "text": HELLO, "id": number})
    assert first["message"] == again["message"] == late["message"]
    assert again["row"]["conversation"] == late["row"]["conversation"] == place


def test_ten_attempts_at_once_are_one_message_in_one_conversation(cast: Cast) -> None:
    number = uuid.uuid4()
    found = at_once(*[lambda: asks(cast, number).row["n"]] * 10)
    assert len(set(found)) == 1, found
    with cast.shop.within():
        assert Conversation.objects.count() == 1
        assert Message.objects.filter(author_kind="customer").count() == 1


def test_ten_pages_that_ask_at_once_share_one_conversation(cast: Cast) -> None:
    found = at_once(*[lambda: asks(cast).row["conversation_id"]] * 10)
    assert len(set(found)) == 1, found
    with cast.shop.within():
        assert Message.objects.filter(author_kind="customer").count() == 10
        assert Message.objects.filter(author_kind="system").count() <= 1


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"text": " \u200b"}, drafts.Empty),
        ({"text": "x" * 4001}, drafts.TooLong),
        ({"kind": "file", "text": "", "file": "nobodys-file-000"}, drafts.FileRefused),
    ],
)
def test_what_is_refused_opens_nothing(cast: Cast, fields: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        asks(cast, **fields)
    with cast.shop.within():
        assert not Conversation.objects.exists()
        assert not LoggedEvent.objects.filter(name="conversation.opened").exists()


def test_from_a_crowded_address_nobody_begins_but_everybody_goes_on(cast: Cast, settings: Any) -> None:
    settings.OPEN_PER_ADDRESS = 1
    cast.carol.address = "192.0.2.1"
    dora = cast.shop.welcome("dora")
    dora.address = "192.0.2.1"
    with cast.shop.within():
        cast.carol.save(update_fields=["address"])
        dora.save(update_fields=["address"])
    talk = cast.shop.open(dora)
    with pytest.raises(TooManyOpen):
        asks(cast)
    with cast.shop.within():
        Conversation.objects.filter(pk=talk.pk).update(state="ended", end_reason="visitor", ended_at=timezone.now())
    first = asks(cast).row["conversation"]
    assert asks(cast, text="and another thing").row["conversation"] == first
