"""Requests never wait for each other's database connections, and who hangs up leaves nothing behind."""

import asyncio
import time
import uuid
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import Any, NamedTuple

import pytest
from django.conf import settings

from core.statements import fetch
from tests.browsers import Request, post
from tests.cast import Cast
from tests.sockets import session_of

pytestmark = pytest.mark.usefixtures("live_loop")
POOL = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]  # type: ignore[index]
MANY = POOL + 4
AT_ONCE = 5.0  # seconds; a request that waits for another's connection waits for 15


class Caller(NamedTuple):
    """Who asks, and how."""

    side: str
    options: Callable[[Cast], dict[str, str]]


CALLERS = {
    "an agent": Caller("desk", lambda cast: {"cookie": session_of(cast.bob)}),
    "a visitor": Caller("visitor", lambda cast: {"token": cast.shop.token(cast.carol)}),
    "a visitor with a session cookie of any content": Caller(
        "visitor", lambda cast: {"token": cast.shop.token(cast.carol), "cookie": "x" * 32}
    ),
    "a visitor who is an agent too": Caller(
        "visitor", lambda cast: {"token": cast.shop.token(cast.carol), "cookie": session_of(cast.mallory)}
    ),
}
by_everybody = pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS)


@by_everybody
async def test_more_commands_at_once_than_connections_are_all_answered_at_once(cast: Cast, caller: Caller) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    options, path = caller.options(cast), f"/api/{caller.side}/command"
    begun = time.monotonic()
    payload = {"t": "message.recall", "id": str(uuid.uuid4()), "conversation": talk.public_id, "n": 99}
    answers = await asyncio.gather(*(post(path, payload, **options) for _ in range(3 * MANY)))
    assert {answer.json["code"] for answer in answers} == {"not_found"}
    assert time.monotonic() - begun < AT_ONCE


@by_everybody
@pytest.mark.parametrize("carrier", ["stream", "poll"])
async def test_open_streams_and_polls_hold_no_connection(cast: Cast, caller: Caller, carrier: str) -> None:
    options = caller.options(cast)
    payload: dict[str, Any] = {"after": {}, "wait": 25}  # a stream knows no wait, and minds none
    async with AsyncExitStack() as stack:
        requests = [Request(f"/api/{caller.side}/{carrier}", payload, **options) for _ in range(MANY)]
        for request in requests:
            await stack.enter_async_context(request)
        if carrier == "stream":
            await asyncio.gather(*(request.heard("ready", within=AT_ONCE) for request in requests))
        begun = time.monotonic()
        command = {"t": "events.fetch", "id": str(uuid.uuid4()), "after": {}}
        assert (await post(f"/api/{caller.side}/command", command, **options)).status == 200
        assert time.monotonic() - begun < AT_ONCE
        assert carrier == "poll" or not any(request.ended for request in requests)


async def test_whoever_hangs_up_leaves_no_connection_in_a_wrong_scope(cast: Cast) -> None:
    statement = "select name from customers_customer where tenant_id = %(tenant)s or name = 'carol'"

    async def look(company: str, within: float) -> None:
        tenant = getattr(cast, company).tenant.pk
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await fetch(tenant, statement, {"tenant": tenant})

    for step in range(300):
        await asyncio.gather(*(look("other", 0.0001 * ((step + each) % 12)) for each in range(6)))
        tenant = cast.shop.tenant.pk
        seen = await asyncio.gather(*(fetch(tenant, statement, {"tenant": tenant}) for _ in range(6)))
        assert [[row["name"] for row in rows] for rows in seen] == [["carol"]] * 6
