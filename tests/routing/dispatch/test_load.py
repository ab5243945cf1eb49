"""Dispatch costs the same after years: none of its statements looks at ended conversations, nor at all agents."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Agent
from conversations.models import Conversation
from tests.cast import Cast
from tests.plans import plan_of, touched

ENDED = 3000


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
        assert dict(Agent.objects.values_list("nickname", "load")) == {"alice": 0, "bob": 1}
        with connection.cursor() as cursor:
            cursor.execute("analyze conversations_conversation")
    cast.shop.status(cast.bob, "online")
    with CaptureQueriesContext(connection) as captured:
        opened = cast.shop.open(dora)
    asked = [each["sql"].strip() for each in captured.captured_queries]
    reads = [sql for sql in asked if sql.lower().startswith("select") and "%(" not in sql]
    assert len(reads) >= 5, "what dispatch asks is among them"
    with cast.shop.within():
        assert Conversation.objects.get(pk=opened.pk).agent == cast.bob
        for sql in reads:
            assert touched(plan_of(sql)) <= 10, sql
