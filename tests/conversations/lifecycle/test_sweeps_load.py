"""The sweeps of conversations cost the same after years: what has ended is not looked at."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.lifecycle.sweeps import (
    tenants_with_expired,
    tenants_with_held_by_absent,
    tenants_with_held_by_nobody,
    tenants_with_idle,
)
from conversations.models import Conversation
from conversations.timers import limits
from core.tenancy.scope import unscoped
from tests.cast import Cast
from tests.plans import OTHERS, plan_of, touched

ENDED = 100_000
COPIES = f"""
insert into conversations_conversation (public_id, {OTHERS})
select lpad(n::text, 16, '0'), {OTHERS} from conversations_conversation, generate_series(1, {ENDED}) n
where id = %s
"""

WITHIN: dict[str, Callable[[], Iterable[Any]]] = {
    "idle": limits.idle,
    "expired": limits.expired,
    "waiting for an absent agent": limits.waiting_for_absent,
    "held by an absent agent": limits.held_by_absent,
}
ACROSS: dict[str, Callable[[], Iterable[Any]]] = {
    "idle": tenants_with_idle,
    "expired": tenants_with_expired,
    "held by an absent agent": tenants_with_held_by_absent,
    "held by nobody": tenants_with_held_by_nobody,
}


def looked_at(ask: Callable[[], Iterable[Any]]) -> int:
    """How many rows of conversations the dearest of its queries touches."""
    with CaptureQueriesContext(connection) as queries:
        list(ask())
    asked = [query["sql"] for query in queries.captured_queries if "conversations_conversation" in query["sql"]]
    assert asked
    return max(touched(plan_of(sql)) for sql in asked)


@pytest.fixture
def years(cast: Cast) -> None:
    """A hundred thousand ended conversations, one that waits, and one that bob holds."""
    dora = cast.shop.welcome("dora")
    held = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, held, "are you there?")
    cast.shop.open(cast.shop.welcome("waits"))
    with cast.shop.within():
        ended = Conversation.objects.get(pk=cast.shop.open(dora).pk)
        Conversation.objects.filter(pk=ended.pk).update(
            state="ended", end_reason="agent", ended_at=ended.opened_at, agent=cast.bob
        )
        with connection.cursor() as cursor:
            cursor.execute(COPIES, [ended.pk])
            cursor.execute("analyze conversations_conversation")


@pytest.mark.usefixtures("years")
def test_no_sweep_looks_at_what_has_ended(cast: Cast) -> None:
    with cast.shop.within():
        found = {f"{name}, of a tenant": looked_at(ask) for name, ask in WITHIN.items()}
    with unscoped(reason="the test asks as the sweeps do"):
        found |= {f"{name}, of all": looked_at(ask) for name, ask in ACROSS.items()}
    assert {name: rows for name, rows in found.items() if not 0 < rows <= 20} == {}  # and something was looked at
