"""What visitors read first, and when they do not read it again."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import Group
from accounts.settings.actions import set_override
from accounts.settings.places import group_place, tenant_place
from channels_app.models import ServingGroup
from channels_app.reception.places import channel_place
from conversations.lifecycle import ending
from conversations.models import Conversation, Message
from conversations.welcome.texts import fill, opening_words
from core import clock
from core.actors import SYSTEM
from core.clock import frozen_at
from core.settings.hours import ALWAYS, WORKING_WEEK
from tests.cast import Cast

SUNDAY = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)  # noon in Shanghai
MONDAY = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NIGHT = {"always": False, "intervals": [{"days": [0], "opens": "22:00", "closes": "02:00"}]}


def said(conversation: Conversation) -> list[str]:
    """What kefu itself said in it."""
    return list(Message.objects.filter(conversation=conversation, author_kind="system").values_list("text", flat=True))


def session(cast: Cast, **payload: Any) -> Any:
    """The answer of a session that begins."""
    payload = {"channel": cast.shop.channel.public_id} | payload
    return Client().post("/api/visitor/session", payload, content_type="application/json").json()


def test_a_text_of_ones_own_gets_the_time_added_and_nothing_said_twice(cast: Cast) -> None:
    with cast.shop.within():
        set_override(actor=SYSTEM, place=tenant_place(), setting="hours", value=WORKING_WEEK)
        set_override(
            actor=SYSTEM, place=tenant_place(), setting="welcome_out_of_hours", value="现在是休息时间，您可以先留言。"
        )
        with frozen_at(SUNDAY):
            assert said(cast.shop.open(cast.carol)) == [
                "现在是休息时间，您可以先留言。\n我们将于 明天 09:00 恢复服务。"
            ]


def test_placeholders_are_filled_in_one_pass() -> None:
    assert fill("{nickname}: {opens}", {"{nickname}": "{opens}", "{opens}": "9"}) == "{opens}: 9"
    assert fill("{nickname} {other}", {"{nickname}": "carol"}) == "carol {other}"


def test_a_visitor_named_like_a_placeholder_is_greeted_by_that_name(cast: Cast) -> None:
    with cast.shop.within():
        set_override(actor=SYSTEM, place=tenant_place(), setting="hours", value=WORKING_WEEK)
        set_override(actor=SYSTEM, place=tenant_place(), setting="welcome_out_of_hours", value="{nickname}，{opens}见")
        with frozen_at(SUNDAY):
            assert said(cast.shop.open(cast.shop.welcome("{opens}"))) == ["{opens}，明天 09:00见"]


def test_the_welcome_is_open_where_any_serving_group_is(cast: Cast) -> None:
    """The groups receive: their hours decide, not the channel's that none of them follows."""
    with cast.shop.within():
        set_override(actor=SYSTEM, place=tenant_place(), setting="welcome", value="上班了")
        set_override(actor=SYSTEM, place=group_place(cast.shop.group), setting="hours", value=NIGHT)
        with frozen_at(MONDAY):
            assert "22:00" in said(cast.shop.open(cast.carol))[0]
        set_override(actor=SYSTEM, place=channel_place(cast.shop.channel), setting="hours", value=NIGHT)
        set_override(actor=SYSTEM, place=group_place(cast.shop.group), setting="hours", value=ALWAYS)
        with frozen_at(MONDAY):
            assert said(cast.shop.open(cast.shop.welcome("dora"))) == ["上班了"]


def test_the_first_group_that_opens_says_when(cast: Cast) -> None:
    with cast.shop.within():
        early = Group.objects.create(name="早班")
        ServingGroup.objects.create(service_account=cast.shop.account, group=early)
        set_override(actor=SYSTEM, place=group_place(cast.shop.group), setting="hours", value=NIGHT)
        set_override(actor=SYSTEM, place=group_place(early), setting="hours", value=WORKING_WEEK)
        with frozen_at(SUNDAY):
            assert "明天 09:00" in said(cast.shop.open(cast.carol))[0]


def test_nobody_is_told_the_same_again_within_hours(cast: Cast) -> None:
    with cast.shop.within():
        set_override(actor=SYSTEM, place=tenant_place(), setting="welcome", value="您好")
        with frozen_at(MONDAY):
            first = cast.shop.open(cast.carol)
            ending.end_by_visitor(actor=cast.carol.actor(), conversation=first.public_id)
            assert session(cast, token=cast.shop.token(cast.carol))["welcome"] == ""
            assert session(cast)["welcome"] == "您好"
        with frozen_at(MONDAY + timedelta(minutes=5)):
            second = cast.shop.open(cast.carol)
            ending.end_by_visitor(actor=cast.carol.actor(), conversation=second.public_id)
        set_override(actor=SYSTEM, place=tenant_place(), setting="hours", value=NIGHT)
        with frozen_at(MONDAY + timedelta(minutes=10)):
            closed = cast.shop.open(cast.carol)
            ending.end_by_visitor(actor=cast.carol.actor(), conversation=closed.public_id)
        set_override(actor=SYSTEM, place=tenant_place(), setting="hours", value=ALWAYS)
        with frozen_at(MONDAY + timedelta(days=1)):
            later = cast.shop.open(cast.carol)
        assert (said(first), said(second), said(later)) == (["您好"], [], ["您好"])
        assert "22:00" in said(closed)[0], "that the desk is closed now is news"


@pytest.mark.parametrize(
    ("zone", "now", "words"),
    [
        ("Asia/Shanghai", datetime(2026, 11, 22, 18, 14, tzinfo=UTC), "今天 22:00"),
        ("America/New_York", datetime(2026, 11, 22, 18, 14, tzinfo=UTC), "明天 09:00 (UTC-5)"),  # Sunday there
        ("Europe/Paris", datetime(2026, 11, 23, 4, 0, tzinfo=UTC), "今天 15:00 (UTC+1)"),
        ("Pacific/Auckland", datetime(2026, 11, 21, 4, 0, tzinfo=UTC), "星期二 03:00 (UTC+13)"),
    ],
)
def test_today_is_the_visitors_own_day(zone: str, now: datetime, words: str) -> None:
    opens = datetime(2026, 11, 23, 22, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert opening_words(opens, now, zone) == words


@pytest.mark.parametrize(
    ("language", "ours", "added"),
    [
        ("en", "We are closed at the moment and back tomorrow at 09:00. You can leave a message.", "We are back"),
        ("zh-hant", "現在是非服務時間", "我們將於"),
        ("xx", "现在是非服务时间", "我们将于"),
    ],
)
def test_our_own_sentences_are_in_the_visitors_language(cast: Cast, language: str, ours: str, added: str) -> None:
    with cast.shop.within(), frozen_at(SUNDAY):
        set_override(actor=SYSTEM, place=tenant_place(), setting="hours", value=WORKING_WEEK)
        assert session(cast, locale=language)["welcome"].startswith(ours)
        type(cast.carol).objects.filter(pk=cast.carol.pk).update(locale=language)
        cast.carol.refresh_from_db()
        assert said(cast.shop.open(cast.carol))[0].startswith(ours)
        set_override(actor=SYSTEM, place=tenant_place(), setting="welcome_out_of_hours", value="现在休息")
        assert session(cast, locale=language)["welcome"].startswith(f"现在休息\n{added}")
        set_override(actor=SYSTEM, place=tenant_place(), setting="welcome_out_of_hours", value="{opens}见")
        assert session(cast, locale=language)["welcome"] == "明天 09:00见"


def test_the_session_tells_of_the_desk(cast: Cast) -> None:
    with cast.shop.within():
        assert session(cast)["desk"] == {"open": True, "opens": None, "there": False}
        for status, there in [("away", False), ("busy", True), ("online", True)]:
            type(cast.bob).objects.filter(pk=cast.bob.pk).update(status=status, seen_at=clock.now())
            assert session(cast)["desk"] == {"open": True, "opens": None, "there": there}
        set_override(actor=SYSTEM, place=tenant_place(), setting="hours", value=WORKING_WEEK)
        with frozen_at(SUNDAY):
            opens = datetime(2026, 11, 23, 1, 0, tzinfo=UTC).timestamp() * 1000
            assert session(cast)["desk"] == {"open": False, "opens": opens, "there": False}
