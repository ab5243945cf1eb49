"""Time in which kefu itself was away ends nothing: nobody could write, answer or be seen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Agent
from conversations.models import Conversation
from core import uptime
from core.tasks import sweep
from core.tenancy.scope import unscoped
from kefu.wiring import SWEEPS
from tests.cast import Cast
from tests.uptime import age_absences, serve, stop_serving, was_away

HOURS = timedelta(hours=1)
MINUTES = timedelta(minutes=1)
SECONDS = timedelta(seconds=1)

pytestmark = pytest.mark.usefixtures("kefu_is_there", "worker")


def next_round(name: str) -> None:
    """The sweep's next round."""
    sweep(next(found for found in SWEEPS if found.name == name))


def since(row: Conversation, **ago: timedelta) -> None:
    """Let it be longer ago."""
    with unscoped(reason="the test turns the clock"):
        Conversation.objects.filter(pk=row.pk).update(**{name: timezone.now() - span for name, span in ago.items()})


def idle(cast: Cast, ago: timedelta) -> Callable[[], bool]:
    """The last word was said then; tells whether the conversation ended."""
    row = cast.shop.held(cast.carol, cast.bob)
    since(row, last_message_at=ago, assigned_at=ago)
    return lambda: cast.shop.fresh(row).end_reason == "idle"


def waiting(cast: Cast, ago: timedelta) -> Callable[[], bool]:
    """carol waits since then; tells whether her wait expired."""
    row = cast.shop.open(cast.carol)
    since(row, waiting_from=ago)
    return lambda: cast.shop.fresh(row).end_reason == "expired"


def held(cast: Cast, ago: timedelta) -> Callable[[], bool]:
    """carol waits for bob, who was seen then; tells whether she was given back to the queue."""
    row = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, row, "Are you there?")
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(seen_at=timezone.now() - ago)
    return lambda: cast.shop.fresh(row).state == "queued"


ENDINGS = [("idle end", idle, HOURS), ("waiting expiry", waiting, 24 * HOURS), ("absent holders", held, 2 * MINUTES)]
endings = pytest.mark.parametrize(("name", "begin", "limit"), ENDINGS, ids=[name for name, *_ in ENDINGS])
Begin = Callable[[Cast, timedelta], Callable[[], bool]]


@endings
def test_an_outage_longer_than_the_limit_ends_nothing(cast: Cast, name: str, begin: Begin, limit: timedelta) -> None:
    """It began a moment before the outage, which lasted for three limits."""
    is_over = begin(cast, 3 * limit + 10 * SECONDS)
    was_away(3 * limit)
    for _ in range(2):
        next_round(name)
        assert not is_over()


@endings
def test_what_had_lasted_for_the_limit_without_the_outage_ends(
    cast: Cast, name: str, begin: Begin, limit: timedelta
) -> None:
    is_over = begin(cast, 4 * limit + 10 * SECONDS)
    was_away(3 * limit)
    next_round(name)
    age_absences()
    next_round(name)
    assert is_over()


def test_rounds_in_which_no_web_process_serves_anybody_are_an_absence_too(cast: Cast) -> None:
    """Worker, clock and database go on while nobody can reach kefu."""
    next_round("absent holders")
    assert uptime.absences() == []
    stop_serving()
    for _ in range(2):
        next_round("absent holders")
        [(out, back)] = uptime.absences()
        assert out <= timezone.now() < back - 40 * SECONDS
    serve()
    is_over = held(cast, 2 * MINUTES - SECONDS)
    next_round("absent holders")
    assert not is_over()


@endings
def test_where_redis_lost_everything_all_begin_anew(cast: Cast, name: str, begin: Begin, limit: timedelta) -> None:
    is_over = begin(cast, 50 * limit)
    was_away(None)
    next_round(name)
    assert not is_over()


def test_absences_that_touch_are_one(cast: Cast) -> None:
    """Stopped again before everybody was back."""
    was_away(10 * MINUTES)
    uptime.record_round()
    was_away(5 * MINUTES, keep=True)
    uptime.record_round()
    assert len(uptime.absences()) == 1
