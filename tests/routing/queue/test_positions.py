"""Waiting visitors learn their place, with few words."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import redis
from django.conf import settings as configured
from django.db import transaction

from accounts.models import Status
from conversations.lifecycle import assigning, ending
from conversations.models import Conversation
from core.live import hub
from routing.dispatch.actions import dispatch
from routing.queue import positions
from tests.browsers import post
from tests.cast import Cast
from tests.eventually import eventually

WAITING = 12


class Recorder:
    """What is published for the company: each publication with its frames."""

    def __init__(self, pubsub: Any) -> None:
        self.pubsub = pubsub

    def publications(self) -> list[list[dict[str, Any]]]:
        """All since the last time."""
        found = []
        while (message := self.pubsub.get_message(timeout=0.3)) is not None:
            found.append([orjson.loads(text) for _, text in orjson.loads(message["data"])[1]])
        return found


@pytest.fixture
def recorder(cast: Cast) -> Iterator[Recorder]:
    """Subscribed."""
    with redis.Redis.from_url(configured.REDIS_URL) as client, client.pubsub(ignore_subscribe_messages=True) as pubsub:
        pubsub.subscribe(hub._redis_channel(cast.shop.tenant.pk))
        pubsub.get_message(timeout=5)
        yield Recorder(pubsub)


@pytest.fixture
def queue(cast: Cast) -> list[Conversation]:
    """Twelve who wait."""
    return [cast.shop.open(cast.shop.welcome(f"visitor {number}")) for number in range(WAITING)]


def places(publications: list[list[dict[str, Any]]]) -> list[list[int]]:
    """The places told, by publication."""
    told = [[frame["position"] for frame in frames if frame["t"] == "queue.position"] for frames in publications]
    return [each for each in told if each]


def test_one_accept_is_told_in_few_publications(cast: Cast, queue: list[Conversation], recorder: Recorder) -> None:
    cast.shop.status(cast.bob, Status.BUSY)
    recorder.publications()
    with cast.shop.within():
        assigning.accept(actor=cast.bob.actor(), conversation=queue[0].public_id)
    heard = recorder.publications()
    assert places(heard) == [list(range(1, WAITING))]
    assert len(heard) == 2


def test_a_burst_of_assignments_tells_the_places_once(
    cast: Cast, queue: list[Conversation], recorder: Recorder
) -> None:
    cast.shop.status(cast.bob, Status.ONLINE)
    recorder.publications()
    with cast.shop.within():
        assert dispatch(service_account_id=cast.shop.account.pk) == 10
    assert places(recorder.publications()) == [[1, 2]]


def test_however_often_a_queue_moves_its_places_are_told_twice_at_once(
    cast: Cast, queue: list[Conversation], recorder: Recorder, settings: Any
) -> None:
    """At the first move, and after the pause what became of all others."""
    settings.IN_BACKGROUND = True
    with cast.shop.within():
        for _ in range(10):
            positions.publish_positions(service_account_id=cast.shop.account.pk)
    eventually(lambda: positions.publishing.is_idle)
    assert places(recorder.publications()) == [list(range(1, WAITING + 1))] * 2


def test_frames_of_a_part_that_was_taken_back_are_not_told(
    cast: Cast, queue: list[Conversation], recorder: Recorder
) -> None:
    cast.shop.status(cast.bob, Status.ONLINE)
    recorder.publications()
    with cast.shop.within(), transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            assigning.accept(actor=cast.bob.actor(), conversation=queue[0].public_id)
            raise ZeroDivisionError
        assigning.accept(actor=cast.bob.actor(), conversation=queue[1].public_id)
    told = [frame for frames in recorder.publications() for frame in frames]
    assert {frame["conversation"] for frame in told if "row" in frame} == {queue[1].public_id}


@pytest.mark.usefixtures("live_loop")
async def test_a_digest_carries_the_place_however_far_back(
    cast: Cast, queue: list[Conversation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("routing.queue.positions.MAX_PUBLISHED", 3)
    last = queue[-1]
    token = cast.shop.token(last.customer)

    async def place() -> Any:
        polled = await post("/api/visitor/poll", {"after": {}}, token=token)
        return polled.json["frames"][0]["positions"]

    assert await place() == {last.public_id: WAITING}
    with cast.shop.within():
        ending.end_by_visitor(actor=queue[0].customer.actor(), conversation=queue[0].public_id)
    assert await place() == {last.public_id: WAITING - 1}
    with cast.shop.within():
        ending.end_by_visitor(actor=last.customer.actor(), conversation=last.public_id)
    assert await place() == {}
