"""Dispatch costs the same after years: an agent's load is counted by an index that ended conversations are not in."""

from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.agents.queries import agents_with_load, load_of
from conversations.models import Conversation
from tests.cast import Cast

ENDED = 3000


def touched(plan: dict[str, Any]) -> int:
    """Rows of conversations that a plan looked at."""
    here = 0
    if plan.get("Relation Name") == "conversations_conversation":
        looked_at = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
        here = int(sum(plan.get(name, 0) for name in looked_at) * plan["Actual Loops"])
    return here + sum(touched(part) for part in plan.get("Plans", []))


def test_ended_conversations_are_not_looked_at(cast: Cast) -> None:
    held = cast.shop.held(cast.carol, cast.bob)
    dora, now = cast.shop.welcome("dora"), timezone.now()
    with cast.shop.within():
        Conversation.objects.bulk_create(
            Conversation(
                tenant_id=held.tenant_id, customer=dora, channel_id=held.channel_id, agent=cast.bob,
                service_account_id=held.service_account_id, state="ended", end_reason="agent", ended_at=now,
            )
            for _ in range(ENDED)
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("analyze conversations_conversation")
        assert [load_of(agent.pk) for agent in (cast.alice, cast.bob)] == [0, 1]
        sql, values = agents_with_load().query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"explain (analyze, format json) {sql}", values)
            plan = cursor.fetchone()[0]
    assert touched(plan[0]["Plan"]) <= 10
