"""The history and the desk cost the same after years: neither goes through what has ended."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Agent
from conversations.history import queries
from conversations.models import Conversation
from tests.cast import Cast
from tests.plans import OTHERS, plan_for_any_values, plan_of, touched
from tests.sockets import signed_in

ENDED, COUNTED = 20_000, 100
YEARS = f"""
insert into conversations_conversation (public_id, opened_at, ended_at, {OTHERS})
select lpad(n::text, 16, '0'), opened_at - n * interval '1 minute', opened_at - n * interval '30 seconds', {OTHERS}
from conversations_conversation, generate_series(1, {ENDED}) n where id = %s
""".replace('"opened_at", ', "").replace('"ended_at", ', "")
PARTS = """
insert into conversations_participation (tenant_id, conversation_id, agent_id, began_at)
select tenant_id, id, agent_id, opened_at from conversations_conversation where id > %s
"""
JOINED = (
    "conversations_conversation",
    "conversations_participation",
    "customers_customer",
    "channels_app_channel",
    "channels_app_serviceaccount",
    "accounts_agent",
    "accounts_group",
    "accounts_role",
)
EVERYTHING = "/console/conversations/?from=&to="


@pytest.fixture
def years(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of conversations that bob had, one that he holds, and one that waits."""
    monkeypatch.setattr("core.console.listing.MAX_COUNTED", COUNTED)
    cast.shop.held(cast.carol, cast.bob)
    cast.shop.open(cast.shop.welcome("waits"))
    with cast.shop.within():
        ended = Conversation.objects.get(pk=cast.shop.open(cast.shop.welcome("dora")).pk)
        Conversation.objects.filter(pk=ended.pk).update(
            state="ended", end_reason="agent", ended_at=ended.opened_at, agent=cast.bob
        )
        with connection.cursor() as cursor:
            cursor.execute(YEARS, [ended.pk])
            cursor.execute(PARTS, [ended.pk])


def plan_of_long_tables(sql: str) -> Any:
    """How a query would be run on tables so long that nobody would read much of them.

    They are analyzed in the same transaction: its lock keeps out an autovacuum, which would describe them as they were.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"analyze {', '.join(JOINED)}")
            for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
                cursor.execute(f"set local enable_{way} = off")
        return plan_of(sql)


def looked_at(cast: Cast, client: Client, address: str) -> int:
    """How many rows of conversations the dearest query of a page touches."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    asked = [query["sql"] for query in captured.captured_queries if "conversations_conversation" in query["sql"]]
    with cast.shop.within():
        return max(touched(plan_of_long_tables(sql)) for sql in asked)


@pytest.mark.usefixtures("years")
def test_no_order_and_no_agent_goes_through_all(cast: Cast) -> None:
    alice: Any = signed_in(cast.alice)
    for narrower in ("", "&sort=opened", "&sort=duration", "&sort=-duration", "&sort=-first_response"):
        assert looked_at(cast, alice, EVERYTHING + narrower) < 5 * COUNTED, narrower
    assert looked_at(cast, alice, f"{EVERYTHING}&agent={cast.bob.public_id}") < 5 * COUNTED
    assert alice.get(EVERYTHING).context["listing"].has_uncounted


@pytest.mark.usefixtures("years")
def test_the_desk_starts_with_what_is_open_and_what_ended_lately(cast: Cast) -> None:
    bob: Any = signed_in(cast.bob)
    with CaptureQueriesContext(connection) as captured:
        state = bob.get("/api/desk/state").json()
    asked = [query["sql"] for query in captured.captured_queries if "with shown as" in query["sql"]]
    assert len(asked) == 1
    with cast.shop.within():
        assert touched(plan_of_long_tables(asked[0])) < 5 * COUNTED
    assert [row["state"] for row in state["rows"]] == ["active"] + ["ended"] * 100
    assert len(state["queue"]) == 1


def test_a_page_looks_up_the_agents_whom_it_names_and_no_others(cast: Cast) -> None:
    shown = [cast.shop.held(cast.shop.welcome(f"visitor {number}"), cast.bob).pk for number in range(5)]
    with cast.shop.within():
        Agent.objects.bulk_create(
            Agent(tenant_id=cast.shop.tenant.pk, number=f"9{number}", nickname="one of many", role=cast.bob.role)
            for number in range(2000)
        )
        with connection.cursor() as cursor:
            cursor.execute("analyze accounts_agent")
        values = {"tenant": cast.shop.tenant.pk, "keys": shown, "notes": True, "hand_overs": queries.HAND_OVERS}
        assert touched(plan_for_any_values(queries.LISTED, **values), "accounts_agent") <= 20
