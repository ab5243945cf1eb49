"""Sessions: when they end, under which key they go on, and how soon what is open learns that one has ended."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.agents.actions import reset_password
from accounts.models import Session
from accounts.sign_in.sessions import IDLE, LONGEST
from core.clock import frozen_at
from stats.monitor.live import watchers
from tests.accounts.sign_in.test_sign_in import is_in, try_sign_in
from tests.cast import PASSWORD, Cast
from tests.sockets import Socket, desk_socket, session_of, signed_in

SOON = 3.0  # a digest comes every 25 s
MINUTE = timedelta(minutes=1)


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def row(cast: Cast, key: str) -> Session:
    with cast.shop.within():
        return Session.objects.get(pk=key)


def put(cast: Cast, key: str, *, began: timedelta, ends: timedelta) -> None:
    """A session that began so long ago and ends in that time."""
    now = timezone.now()
    with cast.shop.within():
        Session.objects.filter(pk=key).update(created_at=now - began, expire_date=now + ends)


def test_a_session_ends_a_day_after_it_was_last_used(cast: Cast) -> None:
    client = try_sign_in("1001@8001")[0]
    key = key_of(client)
    assert abs(row(cast, key).expire_date - timezone.now() - IDLE) < MINUTE
    put(cast, key, began=timedelta(hours=20), ends=timedelta(hours=4))
    assert is_in(client)
    assert abs(row(cast, key).expire_date - timezone.now() - IDLE) < MINUTE
    put(cast, key, began=timedelta(hours=30), ends=-MINUTE)
    assert not is_in(client)


def test_and_two_weeks_after_the_sign_in_at_the_latest(cast: Cast) -> None:
    client = try_sign_in("1001@8001")[0]
    put(cast, key_of(client), began=LONGEST - timedelta(hours=1), ends=timedelta(minutes=20))
    assert is_in(client)
    assert abs(row(cast, key_of(client)).expire_date - timezone.now() - timedelta(hours=1)) < MINUTE
    before = row(cast, key_of(client)).expire_date
    assert is_in(client)
    assert row(cast, key_of(client)).expire_date == before, "not each request writes"


def test_each_sign_in_has_a_key_of_its_own(cast: Cast) -> None:
    client = try_sign_in("1001@8001")[0]
    first = key_of(client)
    client.post("/sign-in/?again=1", {"name": "1001@8001", "password": PASSWORD})
    assert key_of(client) != first
    assert is_in(client)
    with cast.shop.within():
        assert [session.pk for session in Session.objects.all()] == [key_of(client)]


def test_under_a_set_clock_a_session_lives_in_real_time(cast: Cast) -> None:
    with frozen_at(timezone.now() - LONGEST - timedelta(days=1)):
        client = try_sign_in("1001@8001")[0]
    assert is_in(client)
    assert abs(row(cast, key_of(client)).expire_date - timezone.now() - IDLE) < MINUTE


@pytest.mark.usefixtures("live_loop")
async def test_an_open_desk_keeps_its_session_awake(cast: Cast) -> None:
    key = await asyncio.to_thread(session_of, cast.bob)
    await asyncio.to_thread(put, cast, key, began=timedelta(hours=20), ends=timedelta(hours=4))
    before = (await asyncio.to_thread(row, cast, key)).expire_date
    async with Socket("/ws/desk/", cookie=key) as bob:
        await bob.hello(after={})
        await bob.hear("digest")
    assert (await asyncio.to_thread(row, cast, key)).expire_date > before


def reset(cast: Cast) -> None:
    with cast.shop.within():
        reset_password(actor=cast.alice.actor(), agent=cast.bob.public_id, password="tea leaves at noon")


def sign_out(cast: Cast) -> None:
    with cast.shop.within():
        key = Session.objects.filter(agent=cast.bob).latest("created_at").pk
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    client.post("/sign-out/")


@pytest.mark.parametrize("happened", [reset, sign_out])
@pytest.mark.usefixtures("live_loop")
async def test_an_open_desk_learns_at_once_that_its_session_ended(cast: Cast, happened: Callable[[Cast], None]) -> None:
    async with desk_socket(cast.bob) as bob, desk_socket(cast.alice) as alice:
        for line in (bob, alice):
            await line.hello(after={})
            await line.hear("digest")
        await asyncio.to_thread(happened, cast)
        await bob.until(lambda: bob.code == 4401, within=SOON)
        await alice.settle(cast.shop)
        assert alice.code is None


def test_a_monitor_that_is_watched_keeps_its_session_awake(cast: Cast) -> None:
    key = key_of(signed_in(cast.alice))
    put(cast, key, began=timedelta(hours=20), ends=timedelta(hours=4))
    with cast.shop.within():
        assert watchers([key]) == {key}
    assert abs(row(cast, key).expire_date - timezone.now() - IDLE) < MINUTE


def test_a_request_that_was_under_way_does_not_take_the_next_sign_ins_cookie_away(cast: Cast) -> None:
    of_before = key_of(try_sign_in("1001@8001")[0])
    with cast.shop.within():
        Session.objects.filter(pk=of_before).delete()
    late = Client()
    late.cookies[settings.SESSION_COOKIE_NAME] = of_before
    answer = late.get("/console/agents/")
    assert answer.status_code == 302, "the session is over"
    assert settings.SESSION_COOKIE_NAME not in answer.cookies


def test_a_sign_out_takes_its_own_cookie_away(cast: Cast) -> None:
    client = try_sign_in("1001@8001")[0]
    answer = client.post("/sign-out/", {"conversations": "keep"})
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0
