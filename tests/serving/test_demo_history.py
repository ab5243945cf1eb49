"""The demo's past: what is in it could have happened, and it is whole or not there at all."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Agent, AuditEntry, StatusInterval, Tenant
from conversations.models import Conversation
from core import clock
from core.models import LoggedEvent
from core.tenancy.scope import unscoped
from kefu.demonstration import dialogues, history
from kefu.demonstration.chores import PROMOTION_CAP
from kefu.demonstration.plan import Month
from kefu.demonstration.visits import EXPIRES_AFTER

SHANGHAI = ZoneInfo("Asia/Shanghai")

# Each statement finds what cannot be.
IMPOSSIBLE = {
    "events that go back in time": """
        select * from (
          select at, lag(at) over (partition by conversation_id order by seq) as before from core_event
          where conversation_id is not null
        ) e where at < before""",
    "events without a number": """
        select conversation_id from core_event where conversation_id is not null
        group by 1 having count(*) <> max(seq)""",
    "messages without a number": """
        select conversation_id from conversations_message group by 1 having count(*) <> max(seq)""",
    "messages that go back in time": """
        select * from (
          select created_at, lag(created_at) over (partition by conversation_id order by seq) as before
          from conversations_message
        ) m where created_at < before""",
    "answers before the question": """
        select id from conversations_conversation
        where first_response_at < opened_at or assigned_at < opened_at or ended_at < opened_at
          or first_response_at > ended_at or queued_at < opened_at""",
    "recalled too late": """
        select id from conversations_message where recalled_at > created_at + interval '2 minutes'""",
    "two statuses at once": """
        select a.id from accounts_statusinterval a join accounts_statusinterval b
          on a.agent_id = b.agent_id and a.id < b.id
        where tstzrange(a.began_at, coalesce(a.ended_at, 'infinity'))
          && tstzrange(b.began_at, coalesce(b.ended_at, 'infinity'))""",
    "assigned to somebody who was not online": """
        select e.id from core_event e where e.name = 'conversation.assigned' and not exists (
          select from accounts_statusinterval i
          where i.agent_id = (e.data ->> 'agent_id')::bigint and i.status = 'online'
            and e.at between i.began_at and coalesce(i.ended_at, 'infinity'))""",
    "written by somebody who was not there": """
        select m.id from conversations_message m where m.author_kind = 'agent' and not exists (
          select from accounts_statusinterval i where i.agent_id = m.author_id and i.status <> 'offline'
            and m.created_at between i.began_at and coalesce(i.ended_at, 'infinity'))""",
    "written by somebody who took no part": """
        select m.id from conversations_message m where m.author_kind = 'agent' and not exists (
          select from conversations_participation p
          where p.conversation_id = m.conversation_id and p.agent_id = m.author_id)""",
    "customers who came after they wrote": """
        select c.id from customers_customer c join conversations_conversation t on t.customer_id = c.id
        where c.first_seen_at > t.opened_at or c.last_seen_at < t.opened_at""",
    "ended and still waiting, or the other way round": """
        select id from conversations_conversation where (state = 'ended') <> (ended_at is not null)""",
    "events that were not counted": "select id from core_event where not counted and conversation_id is not null",
}


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Nobody signs in here; hashing as in production would take longer than the past itself."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def made(days: int) -> datetime:
    """Run the command; returns when it was done."""
    call_command("seed_demo", days=str(days), stdout=StringIO())
    return timezone.now()


def found(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def times_in_the_future(now: datetime) -> list[str]:
    """Columns of the tenants' tables that hold a time after now."""
    columns = found(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'public' and data_type = 'timestamp with time zone'"
        " and table_name not like 'django%%' and column_name <> 'expire_date'"
    )
    late = []
    for table, column in columns:
        if found(f"select 1 from {table} where {column} > '{now.isoformat()}' limit 1"):
            late.append(f"{table}.{column}")
    return late


def highest_loads() -> dict[int, int]:
    """How many conversations each agent held right after something was assigned by rule, at most."""
    held: dict[int, set[int]] = {}
    highest: dict[int, int] = {}
    for event in LoggedEvent.objects.filter(conversation_id__isnull=False).order_by("at", "id"):
        for conversations in held.values():
            if event.name in ("conversation.ended", "conversation.transferred"):
                conversations.discard(event.conversation_id or 0)
        if event.name in ("conversation.assigned", "conversation.transferred"):
            agent = event.data["agent_id"]
            held.setdefault(agent, set()).add(event.conversation_id or 0)
            if event.name == "conversation.assigned":
                highest[agent] = max(highest.get(agent, 0), len(held[agent]))
    return highest


def assert_the_desk_is_at_work() -> None:
    """Most of those who write are answered by people, in minutes; some wait in vain, as everywhere."""
    ended = Conversation.objects.filter(state="ended", queued_at__isnull=False)
    answered = ended.filter(first_response_at__isnull=False)
    waits = sorted(each.first_response_at - each.opened_at for each in answered if each.first_response_at)
    assert 0.6 < answered.count() / ended.count() < 0.98
    assert timedelta(seconds=8) < waits[len(waits) // 2] < timedelta(minutes=3)


def test_what_the_demo_tells_could_have_happened_and_its_desk_is_at_work(house: None) -> None:
    done = made(10)
    with unscoped(reason="the test looks from above"):
        assert {what: rows for what, statement in IMPOSSIBLE.items() if (rows := found(statement))} == {}
        assert times_in_the_future(done) == []
        assert all(load <= PROMOTION_CAP for load in highest_loads().values())
        assert Conversation.objects.count() > 100
        assert set(Agent.objects.values_list("status", "returns_to")) == {("offline", "online")}
        assert not StatusInterval.objects.filter(ended_at=None).exclude(status="offline").exists()
        waiting = Conversation.objects.exclude(state="ended")
        assert [each.state for each in waiting] == ["queued", "queued"]
        assert all(done - each.opened_at < timedelta(minutes=20) for each in waiting)
        assert {entry.actor_name for entry in AuditEntry.objects.filter(actor_kind="agent")} == {"陈老板", "林主管"}
        assert_the_desk_is_at_work()


@pytest.mark.parametrize("hours", [5, 11, 17, 23])
def test_it_could_have_happened_at_any_hour_of_the_first_start(house: None, hours: int) -> None:
    moment = timezone.now() - timedelta(hours=hours)
    with clock.frozen_at(moment):
        made(1)
    with unscoped(reason="the test looks from above"):
        assert {what: rows for what, statement in IMPOSSIBLE.items() if (rows := found(statement))} == {}
        assert times_in_the_future(moment) == []
        assert Conversation.objects.exclude(state="ended").count() == 2


def test_an_interrupted_start_leaves_nothing_and_the_next_one_makes_all(
    house: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(self: history.Progress, moment: datetime) -> None:
        raise Interrupted

    with monkeypatch.context() as patch:
        patch.setattr(history.Progress, "__call__", interrupt)
        with pytest.raises(Interrupted):
            made(2)
    with unscoped(reason="the test looks from above"):
        assert not Tenant.objects.exists()
        assert not Conversation.objects.exists()
    made(1)
    with unscoped(reason="the test looks from above"):
        once = Conversation.objects.count()
        assert once > 5
        made(1)
        assert Conversation.objects.count() == once


def test_the_same_moment_makes_the_same_past(house: None) -> None:
    """The words, who says them and when; only random ids differ."""
    from tests.clean_slate import empty

    said = (
        "select author_kind, author_name, text, created_at from conversations_message where author_kind <> 'customer'"
    )
    moment = timezone.now()
    pasts = []
    for _ in range(2):
        empty()
        with clock.frozen_at(moment):
            made(1)
        with unscoped(reason="the test looks from above"):
            pasts.append(found(said + " order by created_at, text"))
    assert pasts[0]
    assert pasts[0] == pasts[1]


def test_without_days_there_are_companies_and_no_past(house: None) -> None:
    made(0)
    with unscoped(reason="the test looks from above"):
        assert Tenant.objects.filter(is_demo=True).count() == 2
        assert not Conversation.objects.exists()
    with pytest.raises(CommandError, match="KEFU_DEMO_DAYS takes a number from 0 to 90"):
        call_command("seed_demo", days="many")


MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(0, 60 * minutes)
)


@given(MOMENTS, st.integers(1, 30))
def test_whenever_one_looks_todays_staff_has_left_and_the_visitors_came_before(now: datetime, days: int) -> None:
    month = Month(now=now, days=days, zone=SHANGHAI)
    for shift in month.shifts(month.today, month.random_of("test")):
        assert shift.begins < shift.ends <= month.closes
        assert all(shift.begins < pause.begins < pause.ends < shift.ends for pause in shift.pauses)
    for day in month.dates:
        assert all(moment < now for moment in month.arrivals(day, month.random_of("test")))


@given(MOMENTS, st.integers(0, 20 * 24 * 60))
def test_who_hopes_for_an_answer_gets_it_within_the_hour_or_not_at_all(now: datetime, minutes: int) -> None:
    """A wait through the night would be the whole day's average."""
    month = Month(now=now, days=30, zone=SHANGHAI)
    moment = now - timedelta(days=25) + timedelta(minutes=minutes)
    if not month.abandon_share(moment):
        return
    comes = min(
        shift.begins
        for number in range(3)
        for shift in month.shifts(moment.astimezone(SHANGHAI).date() + timedelta(number), month.random_of("test"))
        if shift.begins > moment
    )
    assert comes - moment < timedelta(minutes=45) or comes - moment > EXPIRES_AFTER


def test_every_dialogue_can_be_spoken() -> None:
    rng = Month(now=timezone.now(), days=1, zone=SHANGHAI).random_of("test")
    values = dialogues.variables(rng) | {"agent": "小李"}
    assert len(dialogues.dialogues()) >= 40
    for dialogue in dialogues.dialogues():
        assert dialogue.acts[0].kind == "asks"
        for act in dialogue.acts:
            said = dialogues.spoken(rng, act.text, values)
            assert said.strip()
            assert not set("{}|") & set(said)
