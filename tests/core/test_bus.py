"""Events belong to transactions, and nobody who listens can hurt anybody else."""

import json

import pytest
import redis
from django.conf import settings
from django.db import transaction

from core import bus
from core.events.agents import AgentStatusChanged
from core.events.base import Audience, ConversationEvent
from core.events.catalogue import all_events
from core.events.messages import NotePosted
from core.live import frames, groups, hub
from core.models import LoggedEvent
from kefu.wiring import LISTENERS
from tests.cast import Cast


def event(cast: Cast) -> AgentStatusChanged:
    """Something that happened."""
    return AgentStatusChanged(tenant_id=cast.shop.tenant.pk, agent_id=cast.bob.pk, status="online")


def test_an_event_outside_a_transaction_is_refused(cast: Cast) -> None:
    with cast.shop.within(), pytest.raises(bus.OutsideTransaction):
        bus.publish(event(cast))
    with cast.shop.within():
        assert not LoggedEvent.objects.exists()


def test_an_event_of_a_rolled_back_transaction_never_happened(cast: Cast) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as ears:
        ears.subscribe(hub._redis_channel(cast.shop.tenant.pk))
        assert ears.get_message(timeout=5)
        with cast.shop.within(), pytest.raises(ZeroDivisionError), transaction.atomic():
            bus.publish(event(cast), show={Audience.DESK: {"agent": {}}})
            raise ZeroDivisionError
        with cast.shop.within(), transaction.atomic():
            bus.publish(event(cast), show={Audience.DESK: {"agent": {"told": True}}})
        heard = ears.get_message(timeout=5)
    assert heard is not None
    assert json.loads(json.loads(heard["data"])[1][0][1])["agent"] == {"told": True}
    with cast.shop.within():
        assert LoggedEvent.objects.count() == 1


def test_what_is_shown_is_asked_for_once_and_not_at_all_where_nobody_listens(cast: Cast) -> None:
    asked: list[str] = []

    def show() -> bus.Shown:
        asked.append("agent")
        return {Audience.DESK: {"agent": {}}}

    with cast.shop.within(), transaction.atomic():
        with bus.log_only():
            bus.publish(event(cast), show=show)
        assert (asked, LoggedEvent.objects.count()) == ([], 1)
        bus.publish(event(cast), show=show)
        assert (asked, LoggedEvent.objects.count()) == (["agent"], 2)


def test_a_listener_that_fails_hurts_neither_the_others_nor_the_caller(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[object] = []

    def fails(_: object) -> None:
        raise ZeroDivisionError

    bus.connect({AgentStatusChanged: (fails, heard.append)})
    try:
        with cast.shop.within(), transaction.atomic():
            bus.publish(event(cast))
    finally:
        bus.connect(LISTENERS)
    assert heard == [event(cast)]
    assert "listener" in caplog.text


def test_an_event_cannot_be_shown_to_somebody_outside_its_type(cast: Cast) -> None:
    note = NotePosted(
        tenant_id=1,
        conversation_id=1,
        conversation="c",
        customer_id=1,
        channel_id=1,
        service_account_id=1,
        holders=(1,),
    )
    with pytest.raises(ValueError, match="not for visitor"):
        frames.frames_of(note, {Audience.VISITOR: {"message": "a secret"}})


def test_events_never_carry_what_somebody_wrote() -> None:
    """Plain ids and numbers: no field of an event is a text of a message."""
    for kind in all_events():
        assert not {"text", "body", "content", "message"} & set(kind.__dataclass_fields__)


def test_every_group_begins_with_its_tenant(cast: Cast) -> None:
    ids = {"tenant_id": 7, "conversation_id": 1, "conversation": "c", "customer_id": 2, "channel_id": 3}
    anything = ConversationEvent(**ids, service_account_id=4, holders=(5, 6))  # type: ignore[arg-type]
    for audience in Audience:
        assert all(group.startswith("7:") for group in groups.groups_of(anything, audience))


def test_nobody_is_called_for_each_message() -> None:
    with pytest.raises(bus.ListenersNotAllowed, match=r"note\.posted"):
        bus.connect({NotePosted: (print,)})
    assert not [kind for kind in all_events() if not kind.calls and LISTENERS.get(kind)]
