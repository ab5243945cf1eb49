"""Reception settings: the page, what it writes, and what the desk makes of it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from accounts.agents.caps import refresh_caps, set_cap
from accounts.models import Agent, AuditEntry, Group, Membership
from accounts.settings.actions import BadValue, LockedAbove, NotSetHere, change, clear_override, set_override
from accounts.settings.places import agent_place, group_place, tenant_place
from channels_app.reception.places import account_place, channel_place
from conversations.models import Conversation, Message
from conversations.welcome.texts import opening_words
from core.actors import SYSTEM
from core.clock import frozen_at
from core.errors import Forbidden
from core.models import LoggedEvent, SettingValue
from core.settings.hours import WORKING_WEEK
from core.settings.levels import Place
from core.settings.platform import read_platform
from core.settings.resolve import Override
from core.settings.stored import effective
from customers.models import Customer
from routing.dispatch.actions import dispatch_all
from routing.dispatch.sweeps import dispatch_waiting
from tests.cast import Cast, at_once
from tests.sockets import signed_in

RECEPTION = "/console/settings/reception/"
SUNDAY = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)  # noon in Shanghai
MONDAY = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NIGHT = {"always": False, "intervals": [{"days": [0], "opens": "22:00", "closes": "02:00"}]}


@pytest.fixture
def client(cast: Cast) -> Iterator[Client]:
    """A supervisor's browser, inside the shop's scope."""
    client = signed_in(cast.shop.hire("1002", "sue", role="supervisor"))
    with cast.shop.within():
        yield client


def address(place: Place) -> str:
    return reverse("accounts:settings", args=[place.level.value, place.public_id])


def shown(client: Client, url: str) -> dict[str, Any]:
    """The form's values, as a browser would send them back untouched."""
    form = client.get(url).context["form"]
    found: dict[str, Any] = {"do": "save"}
    for entry in form.entries:
        if not entry.locked:
            found[f"{entry.setting.name}-shown"] = entry.fingerprint
    for bound in form:
        if bound.value() not in (None, False):
            found[bound.html_name] = bound.value()
    return found


def said(place: Place, name: str) -> Any:
    row = SettingValue.objects.filter(level=place.level, object_id=place.object_id, name=name).first()
    return row and row.value


def audited() -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    rows = AuditEntry.objects.filter(action__startswith="setting.").order_by("pk")
    return [(row.action, row.object_kind, row.before, row.after) for row in rows]


# --- saying -----------------------------------------------------------------------------------------------------------


def test_what_is_said_is_in_effect_audited_and_told_once(cast: Cast, client: Client) -> None:
    place = channel_place(cast.shop.channel)
    for _ in range(2):
        set_override(actor=cast.alice.actor(), place=place, setting="idle_end", value=30)
    assert effective("idle_end", place.chain).value == 30
    clear_override(actor=cast.alice.actor(), place=place, setting="idle_end")
    assert effective("idle_end", place.chain).value == 60
    assert audited() == [
        ("setting.changed", "channel", {}, {"idle_end": 30, "locked": False}),
        ("setting.inherited", "channel", {"idle_end": 30, "locked": False}, {}),
    ]
    assert LoggedEvent.objects.filter(name="settings.changed").count() == 2


def test_of_two_who_say_something_at_the_same_time_one_is_told(cast: Cast, client: Client) -> None:
    """Both saw the same; the second is not lost silently, and the log's "before" is what was there."""
    place = channel_place(cast.shop.channel)

    def say_it(minutes: int) -> None:
        change(actor=SYSTEM, place=place, overrides={"idle_end": Override(minutes)}, seen={"idle_end": None})

    results = at_once(partial(say_it, 20), partial(say_it, 30))
    assert sorted(type(result).__name__ for result in results) == ["ChangedMeanwhile", "NoneType"]
    at_once(partial(set_override, actor=SYSTEM, place=place, setting="idle_end", value=40),
            partial(set_override, actor=SYSTEM, place=place, setting="idle_end", value=50))  # fmt: skip
    chain = [(before.get("idle_end"), after["idle_end"]) for _action, _kind, before, after in audited()]
    assert [before for before, _after in chain] == [None, *(after for _before, after in chain[:-1])]


def test_a_form_that_lost_the_race_is_told_beside_the_setting(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = channel_place(cast.shop.channel)
    values = shown(client, address(place)) | {"idle_end-from": "own", "idle_end": "25"}

    def beaten(**words: Any) -> None:
        monkeypatch.undo()
        set_override(actor=SYSTEM, place=place, setting="idle_end", value=30)
        change(**words)

    monkeypatch.setattr("accounts.settings.form.change", beaten)
    answer = client.post(address(place), values)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["idle_end"])
    assert said(place, "idle_end") == 30
    seen_now = {entry.setting.name: entry.fingerprint for entry in answer.context["form"].entries}
    assert client.post(address(place), values | {"idle_end-shown": seen_now["idle_end"]}).status_code == 303
    assert said(place, "idle_end") == 25


def test_under_a_lock_nobody_says_otherwise_and_what_was_said_sleeps(cast: Cast, client: Client) -> None:
    alice, place = cast.alice.actor(), channel_place(cast.shop.channel)
    set_override(actor=alice, place=place, setting="idle_end", value=30)
    set_override(actor=alice, place=tenant_place(), setting="idle_end", value=90, locked=True)
    with pytest.raises(LockedAbove):
        set_override(actor=alice, place=place, setting="idle_end", value=5)
    with pytest.raises(LockedAbove):
        clear_override(actor=alice, place=place, setting="idle_end")
    assert effective("idle_end", place.chain).value == 90
    set_override(actor=alice, place=tenant_place(), setting="idle_end", value=90)
    assert effective("idle_end", place.chain).value == 30


def test_who_may_say_what(cast: Cast, client: Client) -> None:
    channel, tenant, bob = channel_place(cast.shop.channel), tenant_place(), cast.bob.actor()
    site_owner = cast.shop.hire("1005", "sam", role="site_owner").actor()
    set_override(actor=site_owner, place=channel, setting="welcome", value="hello")
    for place, actor in ((tenant, site_owner), (channel, bob), (agent_place(cast.bob), bob)):
        with pytest.raises(Forbidden):
            set_override(actor=actor, place=place, setting="hours", value={"always": True})
    assert said(channel, "welcome") == "hello"


def test_a_site_owner_sees_and_says_hours_and_welcomes_only(cast: Cast, client: Client) -> None:
    sam, account = cast.shop.hire("1005", "sam", role="site_owner"), account_place(cast.shop.account)
    browser = signed_in(sam)
    for place in (account, channel_place(cast.shop.channel)):
        form = browser.get(address(place)).context["form"]
        assert [entry.setting.name for entry in form.entries] == ["hours", "welcome", "welcome_out_of_hours"]
        assert not [name for name in form.fields if name.endswith("-lock")]
    values = shown(browser, address(account)) | {"welcome-from": "own", "welcome": "您好", "welcome-lock": "on"}
    values |= {"assignment_rule-from": "own", "assignment_rule": "manual", "idle_end-from": "own", "idle_end": "5"}
    assert browser.post(address(account), values).status_code == 303
    assert SettingValue.objects.values_list("name", "locked").get() == ("welcome", False)
    for name, word in (
        ("assignment_rule", Override("manual")),
        ("idle_end", None),
        ("hours", Override(WORKING_WEEK, True)),
    ):
        with pytest.raises(Forbidden):
            change(actor=sam.actor(), place=account, overrides={name: word})


def test_what_a_supervisor_locked_a_site_owner_does_not_unlock(cast: Cast, client: Client) -> None:
    sam, account = cast.shop.hire("1005", "sam", role="site_owner"), account_place(cast.shop.account)
    browser = signed_in(sam)
    values = shown(browser, address(account)) | {"welcome-from": "own", "welcome": "mine"}
    set_override(actor=cast.alice.actor(), place=account, setting="welcome", value="您好", locked=True)
    assert 'name="welcome"' not in browser.get(address(account)).content.decode()
    late = browser.post(address(account), values)
    (told,) = late.context["form"].non_field_errors()
    assert late.status_code == 422
    assert cast.shop.account.name in told
    with pytest.raises(LockedAbove):
        clear_override(actor=sam.actor(), place=account, setting="welcome")
    assert said(account, "welcome") == "您好"
    assert 'name="welcome-lock" checked' in client.get(address(account)).content.decode()


def test_where_everything_is_locked_there_is_nothing_to_save(cast: Cast, client: Client) -> None:
    place = agent_place(cast.bob)
    assert 'class="form-actions"' in client.get(address(place)).content.decode()
    set_override(actor=cast.alice.actor(), place=tenant_place(), setting="max_concurrent", value=7, locked=True)
    assert 'class="form-actions"' not in client.get(address(place)).content.decode()


def test_a_supervisor_does_not_set_what_holds_for_an_owner(cast: Cast, client: Client) -> None:
    sue, owner = Agent.objects.get(nickname="sue").actor(), agent_place(cast.alice)
    set_override(actor=cast.alice.actor(), place=owner, setting="max_concurrent", value=7)
    set_override(actor=sue, place=agent_place(cast.bob), setting="max_concurrent", value=8)
    assert client.get(address(owner)).status_code == 403
    assert client.post(address(owner), {"do": "save", "max_concurrent-from": "inherit"}).status_code == 403
    with pytest.raises(Forbidden):
        set_override(actor=sue, place=owner, setting="max_concurrent", value=1)
    assert cap(cast.alice) == 7
    page = client.get(RECEPTION).content.decode()
    assert address(agent_place(cast.bob)) in page
    assert address(owner) not in page
    assert signed_in(cast.alice).get(address(owner)).status_code == 200


def test_the_pages_title_stands_in_it_once(cast: Cast, client: Client) -> None:
    assert "<title>接待设置 · kefu</title>" in client.get(RECEPTION).content.decode()
    page = client.get(address(channel_place(cast.shop.channel))).content.decode()
    assert "<title>官网 · 接待设置 · kefu</title>" in page


@pytest.mark.parametrize("value", [0, 2881, "60", None, True, [], 10**30])
def test_a_value_outside_the_bounds_is_refused(cast: Cast, client: Client, value: Any) -> None:
    with pytest.raises(BadValue):
        set_override(actor=cast.alice.actor(), place=tenant_place(), setting="idle_end", value=value)
    assert said(tenant_place(), "idle_end") is None


def test_a_setting_is_said_at_its_levels_only(cast: Cast, client: Client) -> None:
    with pytest.raises(NotSetHere):
        set_override(actor=cast.alice.actor(), place=agent_place(cast.bob), setting="hours", value={"always": True})


# --- caps -------------------------------------------------------------------------------------------------------------


def cap(agent: Agent) -> int:
    return Agent.objects.values_list("max_concurrent", flat=True).get(pk=agent.pk)


def test_a_cap_comes_from_the_agent_else_the_group_else_the_company(cast: Cast, client: Client) -> None:
    alice = cast.alice.actor()
    set_override(actor=alice, place=tenant_place(), setting="max_concurrent", value=6)
    assert cap(cast.bob) == 6
    set_override(actor=alice, place=group_place(cast.shop.group), setting="max_concurrent", value=4)
    assert cap(cast.bob) == 4
    set_cap(actor=alice, agent_id=cast.bob.pk, cap=3)
    assert cap(cast.bob) == 3
    clear_override(actor=alice, place=agent_place(cast.bob), setting="max_concurrent")
    assert cap(cast.bob) == 4
    clear_override(actor=alice, place=group_place(cast.shop.group), setting="max_concurrent")
    assert cap(cast.bob) == 6


def test_of_two_groups_the_one_with_the_larger_sort_counts(cast: Cast, client: Client) -> None:
    alice, second = cast.alice.actor(), Group.objects.create(name="第二组", sort=50)
    Membership.objects.create(agent=cast.bob, group=second)
    set_override(actor=alice, place=group_place(cast.shop.group), setting="max_concurrent", value=4)
    assert cap(cast.bob) == 4
    set_override(actor=alice, place=group_place(second), setting="max_concurrent", value=8)
    assert cap(cast.bob) == 8
    Membership.objects.filter(group=second).delete()
    assert refresh_caps(actor=alice, agent_ids=[cast.bob.pk]) == [cast.bob.pk]
    assert cap(cast.bob) == 4


def test_a_raised_cap_is_filled_at_once(cast: Cast, client: Client) -> None:
    set_cap(actor=SYSTEM, agent_id=cast.bob.pk, cap=0)
    cast.shop.status(cast.bob, "online")
    place = cast.shop.open(cast.carol)
    assert cast.shop.fresh(place).agent is None
    clear_override(actor=SYSTEM, place=agent_place(cast.bob), setting="max_concurrent")
    assert cast.shop.fresh(place).agent == cast.bob


def test_two_who_set_caps_at_once_leave_the_right_one(cast: Cast, client: Client) -> None:
    alice = cast.alice.actor()
    company, group, agent = tenant_place(), group_place(cast.shop.group), agent_place(cast.bob)
    for number in range(1, 9):
        at_once(
            partial(set_override, actor=alice, place=company, setting="max_concurrent", value=number),
            partial(set_override, actor=alice, place=group, setting="max_concurrent", value=number + 10),
            partial(clear_override, actor=alice, place=agent, setting="max_concurrent"),
        )
        assert cap(cast.bob) == effective("max_concurrent", agent.chain).value
        assert cap(cast.alice) == effective("max_concurrent", agent_place(cast.alice).chain).value


# --- the spine --------------------------------------------------------------------------------------------------------


def first_message(conversation: Conversation) -> str:
    return Message.objects.get(conversation=conversation, seq=1).text


def test_the_welcome_is_the_channels_with_the_visitors_name(cast: Cast, client: Client) -> None:
    set_override(actor=SYSTEM, place=account_place(cast.shop.account), setting="welcome", value="hello")
    set_override(actor=SYSTEM, place=channel_place(cast.shop.channel), setting="welcome", value="hi {nickname}")
    assert first_message(cast.shop.open(cast.carol)) == "hi carol"


def test_out_of_hours_the_other_welcome_says_when_it_opens(cast: Cast, client: Client) -> None:
    set_override(actor=SYSTEM, place=tenant_place(), setting="hours", value=WORKING_WEEK)
    set_override(actor=SYSTEM, place=tenant_place(), setting="welcome", value="你好")
    with frozen_at(SUNDAY):
        closed = first_message(cast.shop.open(cast.carol))
    assert "你好" not in closed
    assert "明天 09:00" in closed
    set_override(actor=SYSTEM, place=tenant_place(), setting="welcome_out_of_hours", value="{opens}见")
    with frozen_at(SUNDAY):
        assert first_message(cast.shop.open(cast.shop.welcome("dora"))) == "明天 09:00见"
    with frozen_at(MONDAY):
        assert first_message(cast.shop.open(cast.shop.welcome("emma"))) == "你好"


def test_the_session_answer_greets_like_the_conversation(cast: Cast, client: Client) -> None:
    set_override(actor=SYSTEM, place=tenant_place(), setting="hours", value=NIGHT)
    payload = {"channel": cast.shop.channel.public_id}
    with frozen_at(MONDAY):
        answer = client.post(reverse("widget:session"), payload, content_type="application/json").json()
    assert "22:00" in answer["welcome"]


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("", "明天 09:00见"),
        ("Asia/Singapore", "明天 09:00见"),  # another name for the same time
        ("Europe/Paris", "明天 02:00 (UTC+1)见"),
        ("nowhere/at all", "明天 09:00见"),
    ],
)
def test_the_zone_is_named_to_visitors_whose_clock_shows_another_time(
    cast: Cast, client: Client, zone: str, shown: str
) -> None:
    set_override(actor=SYSTEM, place=tenant_place(), setting="hours", value=WORKING_WEEK)
    set_override(actor=SYSTEM, place=tenant_place(), setting="welcome_out_of_hours", value="{opens}见")
    payload = {"channel": cast.shop.channel.public_id, "timezone": zone}
    Customer.objects.filter(pk=cast.carol.pk).update(time_zone=zone)
    with frozen_at(SUNDAY):
        answer = client.post(reverse("widget:session"), payload, content_type="application/json").json()
        conversation = cast.shop.open(Customer.objects.get(pk=cast.carol.pk))
    assert answer["welcome"] == first_message(conversation) == shown


def test_zones_with_half_hours_are_named_too() -> None:
    opens = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert opening_words(opens, SUNDAY, "Asia/Kolkata").endswith("06:30 (UTC+5:30)")
    assert opening_words(opens, SUNDAY, "America/New_York").endswith("20:00 (UTC-5)")


def test_a_channels_hours_win_over_the_accounts(cast: Cast, client: Client) -> None:
    set_override(actor=SYSTEM, place=account_place(cast.shop.account), setting="hours", value=WORKING_WEEK)
    set_override(actor=SYSTEM, place=channel_place(cast.shop.channel), setting="hours", value={"always": True})
    set_override(actor=SYSTEM, place=tenant_place(), setting="welcome", value="你好")
    with frozen_at(SUNDAY):
        assert first_message(cast.shop.open(cast.carol)) == "你好"


def test_a_closed_group_is_given_nothing_until_it_opens(cast: Cast, client: Client) -> None:
    cast.shop.status(cast.bob, "online")
    set_override(actor=SYSTEM, place=group_place(cast.shop.group), setting="hours", value=WORKING_WEEK)
    with frozen_at(SUNDAY):
        waiting = cast.shop.open(cast.carol)
        dispatch_all()
    assert cast.shop.fresh(waiting).agent is None
    with frozen_at(MONDAY):
        dispatch_all()
    assert cast.shop.fresh(waiting).agent == cast.bob


def test_why_names_hours_for_those_whose_groups_are_closed(cast: Cast, client: Client) -> None:
    night = Group.objects.create(name="夜班")
    Membership.objects.create(agent=cast.alice, group=night)
    dave = cast.shop.hire("1010", "dave", status="online")
    Membership.objects.filter(agent=dave).update(group=night)
    cast.shop.account.serving_groups.create(group=night)
    cast.shop.status(cast.bob, "online")
    set_override(actor=SYSTEM, place=group_place(cast.shop.group), setting="hours", value=WORKING_WEEK)
    with frozen_at(SUNDAY):
        taken = cast.shop.fresh(cast.shop.open(cast.carol))
    assert taken.agent == dave
    why = LoggedEvent.objects.get(name="conversation.assigned").data["why"]
    assert why["excluded"][str(cast.bob.pk)] == "hours"


def test_who_waits_on_a_closed_channel_does_not_hold_up_another(cast: Cast, client: Client) -> None:
    cast.shop.status(cast.bob, "online")
    set_override(actor=SYSTEM, place=channel_place(cast.shop.channel), setting="hours", value=WORKING_WEEK)
    with frozen_at(SUNDAY):
        first = cast.shop.open(cast.carol)
        channel = cast.shop.channel
        channel.pk, channel.public_id, channel._state.adding = None, "another", True
        channel.save()
        second = cast.shop.open(cast.shop.welcome("dora"))
        dispatch_all()
    assert cast.shop.fresh(first).agent is None
    assert cast.shop.fresh(second).agent == cast.bob


@pytest.mark.usefixtures("worker")
def test_opening_the_hours_assigns_who_waits_at_once(cast: Cast, client: Client) -> None:
    cast.shop.status(cast.bob, "online")
    set_override(actor=SYSTEM, place=tenant_place(), setting="hours", value=WORKING_WEEK)
    with frozen_at(SUNDAY):
        waiting = cast.shop.open(cast.carol)
        assert cast.shop.fresh(waiting).agent is None
        clear_override(actor=SYSTEM, place=tenant_place(), setting="hours")
        assert cast.shop.fresh(waiting).agent == cast.bob


@pytest.mark.parametrize(
    ("setting", "value"), [("hours", WORKING_WEEK), ("assignment_rule", "round_robin"), ("max_concurrent", 3)]
)
def test_whoever_saves_a_setting_does_not_wait_until_every_queue_is_served(
    cast: Cast, client: Client, setting: str, value: Any
) -> None:
    waiting = cast.shop.open(cast.carol)
    cast.shop.status(cast.bob, "online")
    with frozen_at(MONDAY):
        set_override(actor=SYSTEM, place=tenant_place(), setting=setting, value=value)
        assert cast.shop.fresh(waiting).agent is None, "that is a worker's work"
        dispatch_waiting(cast.shop.tenant.pk)
        assert cast.shop.fresh(waiting).agent == cast.bob


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_in_effect_and_from_where(cast: Cast, client: Client) -> None:
    set_override(actor=SYSTEM, place=tenant_place(), setting="idle_end", value=45)
    place = channel_place(cast.shop.channel)
    text = re.sub(r"\s+", " ", client.get(address(place)).content.decode())
    assert "45 分钟" in text
    assert f'href="{RECEPTION}"' in text
    assert "企业：演示企业" in text


def test_saving_untouched_changes_nothing(cast: Cast, client: Client) -> None:
    for url in (RECEPTION, address(channel_place(cast.shop.channel))):
        answer = client.post(url, shown(client, url))
        assert (answer.status_code, answer["Location"]) == (303, url)
    assert not SettingValue.objects.exists()


def test_an_own_value_is_saved_and_inherited_again(cast: Cast, client: Client) -> None:
    place = channel_place(cast.shop.channel)
    values = shown(client, address(place)) | {"idle_end-from": "own", "idle_end": "25", "welcome-from": "own"}
    assert client.post(address(place), values | {"welcome": "a\r\nb"}).status_code == 303
    assert (said(place, "idle_end"), said(place, "welcome")) == (25, "a\nb")
    back = shown(client, address(place)) | {"idle_end-from": "inherit"}
    assert client.post(address(place), back).status_code == 303
    assert (said(place, "idle_end"), said(place, "welcome")) == (None, "a\nb")


def test_a_lock_makes_the_pages_below_read_only_and_says_who(cast: Cast, client: Client) -> None:
    values = shown(client, RECEPTION) | {"idle_end-from": "own", "idle_end": "25", "idle_end-lock": "on"}
    assert client.post(RECEPTION, values).status_code == 303
    place = channel_place(cast.shop.channel)
    page = client.get(address(place)).content.decode()
    assert "由管理员统一设置" in page
    assert 'name="idle_end"' not in page
    forged = shown(client, address(place)) | {"idle_end-from": "own", "idle_end": "5"}
    client.post(address(place), forged)
    assert effective("idle_end", place.chain).value == 25
    assert said(place, "idle_end") is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"idle_end-from": "own", "idle_end": "0"}, "idle_end"),
        ({"idle_end-from": "own", "idle_end": "soon"}, "idle_end"),
        ({"idle_end-from": "own", "idle_end": ""}, "idle_end"),
        ({"idle_end-from": "own", "idle_end": "9" * 400}, "idle_end"),
        ({"idle_end-from": "perhaps"}, "__all__"),
        ({"idle_end-from": None}, "__all__"),
        ({"idle_end-shown": "forged"}, "__all__"),
        ({"idle_end-shown": "", "idle_end-from": "own", "idle_end": "soon"}, "__all__"),
        ({"welcome-from": "own", "welcome": "x" * 501}, "welcome"),
        ({"welcome-from": "own", "welcome": "x\0y"}, "welcome"),
        ({"assignment_rule-from": "own", "assignment_rule": "lottery"}, "assignment_rule"),
        ({"hours-from": "own", "hours-open": "times", "hours-0-opens": "25:00"}, "hours-0-opens"),
        ({"hours-from": "own", "hours-open": "times", "hours-0-opens": "٠٩:٠٠"}, "hours-0-opens"),
        ({"hours-from": "own", "hours-open": "times", "hours-0-closes": "nine"}, "hours-0-closes"),
        ({"hours-from": "own", "hours-open": "times", "hours-0-days": []}, "hours-0-days"),
        ({"hours-from": "own", "hours-open": "times", "hours-0-days": ["8"]}, "hours-0-days"),
        ({"hours-from": "own", "hours-open": "times", "hours-zone": "Moon/Crater"}, "hours-zone"),
    ],
)
def test_bad_input_is_told_beside_the_field_and_nothing_is_saved(
    cast: Cast, client: Client, changes: dict[str, Any], field: str
) -> None:
    values = shown(client, RECEPTION) | {"waiting_expiry-from": "own", "waiting_expiry": "77"} | changes
    answer = client.post(RECEPTION, {name: value for name, value in values.items() if value is not None})
    assert answer.status_code == 422
    if field == "__all__":
        assert "请重新打开本页" in answer.content.decode()
    assert list(answer.context["form"].errors) == [field]
    assert 'value="77"' in answer.content.decode()
    assert not SettingValue.objects.exists()


def test_hours_without_any_time_are_refused(cast: Cast, client: Client) -> None:
    values = shown(client, RECEPTION) | {"hours-from": "own", "hours-open": "times"}
    values = {name: value for name, value in values.items() if not name.startswith("hours-0")}
    answer = client.post(RECEPTION, values)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["hours-open"]


def test_hours_are_saved_with_any_number_of_rows(cast: Cast, client: Client) -> None:
    values = shown(client, RECEPTION) | {"hours-from": "own", "hours-open": "times", "hours-zone": "Europe/Berlin"}
    values |= {"hours-7-days": ["5", "6"], "hours-7-opens": "22:00", "hours-7-closes": "02:00"}
    values |= {"hours-9-row": "1"}  # an empty row is no time
    assert client.post(RECEPTION, values).status_code == 303
    assert said(tenant_place(), "hours") == {
        "always": False,
        "zone": "Europe/Berlin",
        "intervals": [
            {"days": [0, 1, 2, 3, 4], "opens": "09:00", "closes": "18:00"},
            {"days": [5, 6], "opens": "22:00", "closes": "02:00"},
        ],
    }
    assert "周六、周日 22:00–02:00" in client.get(RECEPTION).content.decode()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("9:00", "09:00"), ("0900", "09:00"), ("09：00", "09:00"), (" 17:59 ", "17:59")],
)
def test_times_may_be_typed_as_people_type_them(cast: Cast, client: Client, typed: str, meant: str) -> None:
    values = shown(client, RECEPTION) | {"hours-from": "own", "hours-open": "times", "hours-0-opens": typed}
    assert client.post(RECEPTION, values).status_code == 303
    assert said(tenant_place(), "hours")["intervals"][0]["opens"] == meant


def hours_of(*rows: tuple[list[str], str, str]) -> dict[str, Any]:
    """Rows of the form: weekdays and two times."""
    found: dict[str, Any] = {"hours-from": "own", "hours-open": "times"}
    for number, (days, opens, closes) in enumerate(rows):
        row = {"row": "1", "days": days, "opens": opens, "closes": closes}
        found |= {f"hours-{number}-{name}": value for name, value in row.items()}
    return found


@pytest.mark.parametrize(
    ("rows", "wrong", "words"),
    [
        ([(["0"], "09:00", "12:00"), (["0"], "09:00", "12:00")], "hours-1-opens", "周一 09:00–12:00"),
        ([(["0", "1"], "09:00", "12:00"), (["1"], "11:59", "13:00")], "hours-1-opens", "周一、周二 09:00–12:00"),
        ([(["0"], "22:00", "02:00"), (["1"], "01:00", "03:00")], "hours-1-opens", "22:00–02:00"),
        ([(["6"], "22:00", "02:00"), (["0"], "00:00", "24:00")], "hours-1-opens", "周日 22:00–02:00"),
        ([(["0"], "01:00", "09:00"), (["6"], "20:00", "01:01")], "hours-1-opens", "01:00–09:00"),
        ([(["0"], "09:00", "09:00")], "hours-0-closes", "00:00–24:00"),
        ([(["0"], "24:00", "09:00")], "hours-0-opens", "09:00"),
        ([(["2"], f"{hour:02}:00", f"{hour:02}:30") for hour in range(11)], "hours-open", "周三"),
        ([(["2"], "09:00", "10:00") for _ in range(90)], "hours-open", "周三"),
    ],
)
def test_times_that_are_said_twice_or_mean_nothing_are_told_beside_their_row(
    cast: Cast, client: Client, rows: list[tuple[list[str], str, str]], wrong: str, words: str
) -> None:
    values = {name: value for name, value in shown(client, RECEPTION).items() if not name.startswith("hours-0")}
    answer = client.post(RECEPTION, values | hours_of(*rows))
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors)) == (422, [wrong])
    assert words in str(form.errors[wrong])
    assert answer.content.decode().count('-row" value') == len(rows)
    assert not SettingValue.objects.exists()


def test_everything_wrong_with_the_rows_is_told_at_once(cast: Cast, client: Client) -> None:
    rows = hours_of(
        (["0"], "09:00", "12:00"), (["0"], "10:00", "11:00"), (["1"], "09:00", "09:00"), (["2"], "nine", "")
    )
    values = {name: value for name, value in shown(client, RECEPTION).items() if not name.startswith("hours-0")}
    form = client.post(RECEPTION, values | rows).context["form"]
    assert {*form.errors} == {"hours-1-opens", "hours-2-closes", "hours-3-opens", "hours-3-closes"}


def test_times_may_touch_and_a_day_may_be_whole(cast: Cast, client: Client) -> None:
    values = {name: value for name, value in shown(client, RECEPTION).items() if not name.startswith("hours-0")}
    rows = [
        (["0"], "09:00", "12:00"), (["0"], "12:00", "18:00"), (["4"], "20:00", "24:00"), (["5"], "00:00", "24:00"),
        (["6"], "22:00", "02:00"), (["0"], "02:00", "03:00"),
    ]  # fmt: skip
    assert client.post(RECEPTION, values | hours_of(*rows)).status_code == 303
    assert [row["closes"] for row in said(tenant_place(), "hours")["intervals"]][2:4] == ["00:00", "00:00"]
    page = client.get(RECEPTION).content.decode()
    assert "周六 00:00–24:00" in page
    assert 'value="24:00"' in page
    assert client.post(RECEPTION, shown(client, RECEPTION)).status_code == 303


def test_a_form_with_more_fields_than_any_of_ours_is_told_what_happened(cast: Cast, client: Client) -> None:
    answer = client.post(RECEPTION, hours_of(*[(["0", "1", "2", "3", "4"], "09:00", "10:00")] * 200))
    assert answer.status_code == 400
    assert "没有保存任何内容" in answer.content.decode()


def test_the_one_writer_refuses_what_the_forms_refuse(cast: Cast, client: Client) -> None:
    twice = {"always": False, "intervals": [{"days": [0], "opens": "09:00", "closes": "12:00"}] * 2}
    for name, value in (("hours", twice), ("welcome", "{nikname}"), ("welcome", "{opens}")):
        with pytest.raises(BadValue):
            set_override(actor=cast.alice.actor(), place=tenant_place(), setting=name, value=value)


def test_what_was_said_before_a_fault_had_a_name_is_read_all_the_same(cast: Cast, client: Client) -> None:
    SettingValue.objects.create(level="tenant", object_id=0, name="welcome", value="您好 {nikname}")
    twice = {"always": False, "intervals": [{"days": [0], "opens": "09:00", "closes": "09:00"}] * 2}
    SettingValue.objects.create(level="tenant", object_id=0, name="hours", value=twice)
    assert effective("welcome", (tenant_place(),)).value == "您好 {nikname}"
    assert len(effective("hours", (tenant_place(),)).value.intervals) == 2


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("welcome", "您好 {nikname}", "{nikname}"),
        ("welcome", "您好 {opens}", "{opens}"),
        ("welcome", "您好 { nickname }", "{ nickname }"),
        ("welcome", "您好｛nickname｝", "｛nickname｝"),
        ("welcome_out_of_hours", "{nickname}，{何时}", "{何时}"),
    ],
)
def test_a_placeholder_that_nothing_fills_is_told_with_those_that_are_filled(
    cast: Cast, client: Client, name: str, text: str, wrong: str
) -> None:
    answer = client.post(RECEPTION, shown(client, RECEPTION) | {f"{name}-from": "own", name: text})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [name])
    told = answer.context["form"].errors[name][0]
    assert told.startswith(wrong)
    assert "{nickname}" in told
    assert ("{opens}" in told) == (name == "welcome_out_of_hours" or wrong == "{opens}")
    assert not SettingValue.objects.exists()


@pytest.mark.parametrize("text", ["您好 {nickname}", "a { b", "} {", ":-{ }", "{}", "{^^}", "{nickname} {\nx"])
def test_braces_around_nothing_are_text(cast: Cast, client: Client, text: str) -> None:
    answer = client.post(RECEPTION, shown(client, RECEPTION) | {"welcome-from": "own", "welcome": text})
    assert answer.status_code == 303
    assert said(tenant_place(), "welcome") == text


@pytest.mark.parametrize("value", ['"{nikname}"', '"x\\u0000"'])
def test_the_platform_is_told_of_a_fault_too(value: str) -> None:
    said_by_it = '{"welcome": {"value": ' + value + "}}"
    with override_settings(PLATFORM_SETTINGS=said_by_it), pytest.raises(ImproperlyConfigured):
        read_platform()


def test_rows_are_added_and_removed_without_a_script_and_nothing_is_saved(cast: Cast, client: Client) -> None:
    values = shown(client, RECEPTION) | {"idle_end-from": "own", "idle_end": "33"}
    more = client.post(RECEPTION, values | {"do": "hours:add"})
    assert more.status_code == 200
    rows = re.findall(r'name="hours-(\d+)-row"', more.content.decode())
    assert rows == ["0", "1"]
    assert 'value="33"' in more.content.decode()
    less = client.post(RECEPTION, values | {"do": "hours:remove:0"}, headers={"HX-Request": "true"})
    assert "hours-0-row" not in less.content.decode()
    assert "<html" not in less.content.decode()
    week = client.post(RECEPTION, values | {"do": "hours:week", "hours-0-opens": "11:11"})
    assert 'value="09:00"' in week.content.decode()
    assert "11:11" not in week.content.decode()
    assert not SettingValue.objects.exists()


def test_what_somebody_else_changed_meanwhile_is_told_and_may_be_overruled(cast: Cast, client: Client) -> None:
    values = shown(client, RECEPTION) | {"idle_end-from": "own", "idle_end": "25"}
    set_override(actor=cast.alice.actor(), place=tenant_place(), setting="idle_end", value=50)
    stale = client.post(RECEPTION, values)
    assert stale.status_code == 422
    assert "50 分钟" in str(stale.context["form"].errors["idle_end"])
    assert said(tenant_place(), "idle_end") == 50
    found = re.search(r'name="idle_end-shown" value="(\w+)"', stale.content.decode())
    assert found is not None
    assert client.post(RECEPTION, values | {"idle_end-shown": found[1]}).status_code == 303
    assert said(tenant_place(), "idle_end") == 25


def test_what_one_did_not_touch_does_not_undo_what_another_changed(cast: Cast, client: Client) -> None:
    values = shown(client, RECEPTION) | {"waiting_expiry-from": "own", "waiting_expiry": "25"}
    set_override(actor=cast.alice.actor(), place=tenant_place(), setting="idle_end", value=50)
    assert client.post(RECEPTION, values).status_code == 303
    assert (said(tenant_place(), "idle_end"), said(tenant_place(), "waiting_expiry")) == (50, 25)


def drawn(answer: Any) -> dict[str, Any]:
    """What a browser would send of the page that came, untouched."""
    form = answer.context["form"]
    sent = re.findall(r'name="(\w+-shown)" value="(\w+)"', answer.content.decode())
    values = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    return {"do": "save"} | values | dict(sent)


OPEN_TUESDAYS = {"always": False, "zone": "", "intervals": [{"days": [1], "opens": "10:00", "closes": "12:00"}]}


@pytest.mark.parametrize("maximum", ["8", "many", "0.5"])
def test_saved_again_a_form_takes_back_nothing_that_its_reader_did_not_touch(
    cast: Cast, client: Client, maximum: str
) -> None:
    """The maximum was changed by both, or one mistyped it; of the hours only a colleague said something."""
    place = tenant_place()
    values = shown(client, RECEPTION) | {"max_concurrent-from": "own", "max_concurrent": maximum}
    set_override(actor=cast.alice.actor(), place=place, setting="hours", value=OPEN_TUESDAYS, locked=True)
    set_override(actor=cast.alice.actor(), place=place, setting="max_concurrent", value=12)
    set_override(actor=cast.alice.actor(), place=place, setting="assignment_rule", value="manual")
    refused = client.post(RECEPTION, values)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["max_concurrent"]
    assert 'value="10:00"' in refused.content.decode()
    again = drawn(refused) | {"max_concurrent": "8"}
    answer = client.post(RECEPTION, again)
    if maximum != "8":  # who was told of the mistake alone is told of the colleague now
        assert (answer.status_code, said(place, "max_concurrent")) == (422, 12)
        answer = client.post(RECEPTION, drawn(answer))
    assert (answer.status_code, said(place, "max_concurrent")) == (303, 8)
    assert said(place, "hours")["intervals"][0]["opens"] == "10:00"
    assert SettingValue.objects.get(name="hours").locked
    assert said(place, "assignment_rule") == "manual"


def test_a_row_more_of_hours_does_not_forget_what_the_form_knew(cast: Cast, client: Client) -> None:
    values = shown(client, RECEPTION) | {"idle_end-from": "own", "idle_end": "25"}
    set_override(actor=cast.alice.actor(), place=tenant_place(), setting="idle_end", value=50)
    set_override(actor=cast.alice.actor(), place=tenant_place(), setting="max_concurrent", value=12)
    arranged = drawn(client.post(RECEPTION, values | {"do": "hours:week"}))
    assert client.post(RECEPTION, arranged).status_code == 422
    assert (said(tenant_place(), "idle_end"), said(tenant_place(), "max_concurrent")) == (50, 12)


@pytest.mark.parametrize("minutes", ["25", "soon"])
def test_what_was_locked_meanwhile_is_told_with_the_value_in_effect(cast: Cast, client: Client, minutes: str) -> None:
    place = channel_place(cast.shop.channel)
    untouched = shown(client, address(place))
    values = untouched | {"idle_end-from": "own", "idle_end": minutes}
    set_override(actor=cast.alice.actor(), place=tenant_place(), setting="idle_end", value=50, locked=True)
    answer = client.post(address(place), values)
    (told,) = answer.context["form"].non_field_errors()
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["__all__"])
    assert "50 分钟" in told
    assert tenant_place().name in told
    assert said(place, "idle_end") is None
    assert client.post(address(place), untouched).status_code == 303


def test_a_lock_that_came_while_saving_is_told_the_same(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = channel_place(cast.shop.channel)
    values = shown(client, address(place)) | {"idle_end-from": "own", "idle_end": "25"}

    def locked_first(**words: Any) -> None:
        monkeypatch.undo()
        set_override(actor=SYSTEM, place=tenant_place(), setting="idle_end", value=50, locked=True)
        change(**words)

    monkeypatch.setattr("accounts.settings.form.change", locked_first)
    answer = client.post(address(place), values)
    assert answer.status_code == 422
    assert "50 分钟" in answer.context["form"].non_field_errors()[0]


def test_another_companys_objects_are_not_there(cast: Cast, client: Client) -> None:
    foreign = signed_in(cast.other.hire("1002", "max", role="supervisor"))
    account = cast.shop.account
    for level, found in (
        ("service_account", account),
        ("channel", cast.shop.channel),
        ("group", cast.shop.group),
        ("agent", cast.bob),
    ):
        url = reverse("accounts:settings", args=[level, found.public_id])
        assert client.get(url).status_code == 200
        assert foreign.get(url).status_code == 404
        assert foreign.post(url, {"do": "save", "max_concurrent-from": "own"}).status_code == 404
    assert client.get(reverse("accounts:settings", args=["tenant", account.public_id])).status_code == 404
    assert client.get(reverse("accounts:settings", args=["planet", account.public_id])).status_code == 404


def test_agents_and_analysts_do_not_get_in(cast: Cast, client: Client) -> None:
    for role in ("agent", "analyst", "site_owner"):
        stranger = signed_in(cast.shop.hire(f"20{role[:2]}", role, role=role))
        assert stranger.get(RECEPTION).status_code == 403
        assert stranger.post(RECEPTION, {"do": "save"}).status_code == 403


def test_the_page_takes_the_same_queries_however_many_places(cast: Cast, client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(RECEPTION).status_code == 200
        return len(captured)

    queries()
    few = queries()
    for number in range(30):
        group = Group.objects.create(name=f"group {number}")
        set_override(actor=SYSTEM, place=group_place(group), setting="max_concurrent", value=number)
    assert queries() == few


@override_settings(PLATFORM_SETTINGS='{"waiting_expiry": {"value": 30, "locked": true}}')
def test_what_the_platform_locked_is_read_only_for_everybody(cast: Cast, client: Client) -> None:
    page = client.get(RECEPTION).content.decode()
    assert 'name="waiting_expiry"' not in page
    assert "30 分钟" in page
