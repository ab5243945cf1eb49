"""What PostgreSQL cannot store hurts nobody but its sender."""

import asyncio
import uuid

import pytest

from conversations.models import Conversation
from conversations.posting.batcher import poster
from conversations.posting.receipts import Receipt
from core.errors import Internal
from core.live.commands import LARGEST_ANSWER, BadFrame, first_that_fit, read
from tests.cast import Cast, draft_of
from tests.sockets import visitor_socket


@pytest.fixture
def talk(cast: Cast) -> Conversation:
    """carol's conversation, with bob."""
    return cast.shop.held(cast.carol, cast.bob)


@pytest.mark.parametrize(
    "frame",
    [
        '{"t":"typing\\u0000"}',
        '{"t":"x","after":{"a\\u0000":1}}',
        '{"t":"x","list":["\\u0000"]}',
        b'{"t":"\\u0000"}',
        '{"t":"x","deep":' + "[" * 1000 + '"\\u0000"' + "]" * 1000 + "}",
        '{"t":"x","deep":' + '{"a":' * 1000 + '"\\u0000"' + "}" * 1000 + "}",
        '{"t":"x","deeper":' + "[" * 5000 + "]" * 5000 + "}",
    ],
)
def test_a_frame_with_a_nul_is_not_understood(frame: str | bytes) -> None:
    with pytest.raises(BadFrame):
        read(frame)


def test_somebody_may_write_about_nuls() -> None:
    assert read('{"text":"print \\\\u0000"}') == {"text": "print \\u0000"}


@pytest.mark.usefixtures("live_loop")
async def test_a_message_that_cannot_be_stored_does_not_touch_its_neighbours(cast: Cast, talk: Conversation) -> None:
    own = poster(cast.shop.tenant.pk)
    own.move(Receipt("x\0", "customer", cast.carol.pk, 1, 1))
    drafts = [draft_of(cast.carol, talk, text) for text in ("one", "t\0wo", "three")]
    answers = await asyncio.gather(*[own.post(draft) for draft in drafts], return_exceptions=True)
    assert isinstance(answers[1], Internal)
    stored = [answer.row["text"] for answer in answers if not isinstance(answer, BaseException)]
    assert stored == ["one", "three"]
    with cast.shop.within():
        assert list(talk.messages.filter(author_kind="customer").values_list("text", flat=True)) == ["one", "three"]


@pytest.mark.usefixtures("live_loop")
async def test_the_visitor_of_a_poisonous_frame_is_told_so(cast: Cast, talk: Conversation) -> None:
    async with visitor_socket() as carol:
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        carol.send({"t": "receipt", "conversation": "x\0", "read": 1})
        assert (await carol.hear("error"))["code"] == "bad_frame"
        answer = await carol.ask("message.post", {"conversation": talk.public_id, "kind": "text", "text": "still here"})
        assert answer["t"] == "ack"


@pytest.mark.usefixtures("live_loop")
async def test_who_asks_for_old_events_all_the_time_is_sent_away(cast: Cast, talk: Conversation) -> None:
    async with visitor_socket() as carol:
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        for _ in range(60):
            carol.send({"t": "events.fetch", "id": str(uuid.uuid4()), "after": {talk.public_id: 0}})
        assert await carol.closed() == 4429


def test_a_large_answer_ends_where_it_gets_too_large() -> None:
    frames = [{"t": "message.posted", "seq": n, "text": "x" * 100_000} for n in range(1, 20)]
    fitting = first_that_fit(frames)
    assert fitting == frames[: len(fitting)]
    assert 1 <= len(fitting) <= LARGEST_ANSWER // 100_000
