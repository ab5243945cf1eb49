"""The live monitor: its numbers, who may see them, and that they come over the socket when they change."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Agent, Group, Membership, Role, Session
from conversations.lifecycle import ending
from conversations.lifecycle.transferring import transfer
from conversations.models import Conversation
from core import clock
from core.live.connections import DigestInterval
from core.live.wire import milliseconds
from core.tenancy.scope import unscoped
from stats.engine.counting import count_events
from stats.monitor import snapshot
from stats.monitor.live import Monitor
from tests.cast import Cast
from tests.house.sources import ROOT
from tests.sockets import HOST, Frame, Socket, session_of, signed_in

PAGE = "/console/monitor/"
PATH = "/ws/monitor/"


def seen(cast: Cast) -> snapshot.Snapshot:
    """The numbers of company 8001."""
    with cast.shop.within():
        return snapshot.snapshot()


def tiles(client: Client) -> dict[str, dict[str, Any]]:
    """The tiles of the page by name."""
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return {tile["name"]: tile for tile in answer.context["tiles"]}


def a_day(cast: Cast) -> None:
    """Two wait (one has written), bob holds two (one unanswered), one ended unanswered, and one was yesterday's."""
    now = timezone.now()
    with clock.frozen_at(now - timedelta(minutes=4)):
        cast.shop.says(cast.carol, cast.shop.open(cast.carol), "is anybody there?")
    cast.shop.open(cast.shop.welcome("silent"))
    asked = cast.shop.held(cast.shop.welcome("asked"), cast.bob)
    cast.shop.says(cast.bob, asked, "hello")
    customer = cast.shop.welcome("answered")
    with clock.frozen_at(now - timedelta(seconds=90)):
        answered = cast.shop.held(customer, cast.bob)
        cast.shop.says(customer, answered, "a question")
    with clock.frozen_at(now - timedelta(seconds=30)):
        cast.shop.says(cast.bob, answered, "an answer")
    cast.shop.says(customer, answered, "one more")
    with cast.shop.within():
        ending.end_by_agent(actor=cast.bob.actor(), conversation=asked.public_id)
    with clock.frozen_at(now - timedelta(days=2)):
        cast.shop.says(old := cast.shop.welcome("old"), cast.shop.open(old), "long ago")


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    """The tenant lives where it is noon, so that today does not end during the test."""
    hours = (12 - timezone.now().hour + 11) % 24 - 11
    zone = f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"
    with unscoped(reason="the test moves the company"):
        type(cast.shop.tenant).objects.filter(pk=cast.shop.tenant.pk).update(time_zone=zone)


@pytest.mark.usefixtures("noon")
def test_the_numbers_are_those_of_the_live_tables(cast: Cast) -> None:
    a_day(cast)
    found = seen(cast)
    assert found["waiting"]["n"] == 3
    assert found["active"] == 1
    assert found["today"] == 2
    assert found["first_response"] == {"ms": 60_000, "n": 1}
    assert found["statuses"] == {"online": 0, "busy": 1, "away": 0, "offline": 1}
    bob, alice = found["agents"]
    assert (alice["id"], snapshot.is_away(alice), snapshot.is_away(bob)) == (cast.alice.public_id, True, False)
    assert (bob["id"], bob["load"], bob["cap"], bob["owed"]) == (cast.bob.public_id, 1, 10, 1)
    assert bob["nearly"] == 8
    assert bob["owed_since"] is not None


@pytest.mark.usefixtures("noon")
def test_what_agents_did_today_is_what_the_workload_report_says(cast: Cast) -> None:
    a_day(cast)
    cast.shop.status(cast.alice, "online")
    handed = cast.shop.held(customer := cast.shop.welcome("handed"), cast.bob)
    cast.shop.says(customer, handed, "whose is this?")
    with cast.shop.within():
        transfer(actor=cast.bob.actor(), conversation=handed.public_id, to=cast.alice.public_id)
    cast.shop.says(cast.alice, handed, "mine")
    with cast.shop.within():
        count_events()
    boss = signed_in(cast.alice)
    report = boss.get("/console/reports/workload/?period=today").context
    told = {
        each["row"].name: {column.name: column.value_of(each) for column in report["columns"]}
        for each in report["listing"].page
    }
    rows = {row["name"]: row for row in boss.get(PAGE).context["agents"]}
    assert rows.keys() >= {"bob", "alice"}
    assert [number["text"] for number in rows["bob"]["figures"]] == ["2", "1分"]
    for name, row in rows.items():
        shown = [told[name][number["name"]].text for number in row["figures"]]
        assert [number["text"] for number in row["figures"]] == shown, name
    opened = {(name, each["name"]): each["address"] for name, row in rows.items()
              for each in [*row["figures"], *row["numbers"].values()] if each["address"]}  # fmt: skip
    assert {address: boss.get(link).context["listing"].total for address, link in opened.items()} == {
        ("bob", "conversations"): 2, ("bob", "first_response"): 1, ("bob", "load"): 1, ("bob", "owed"): 1,
        ("alice", "conversations"): 1, ("alice", "first_response"): 1, ("alice", "load"): 1,
    }  # fmt: skip


def test_whose_agent_is_away_is_counted_marked_and_listed(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    cast.shop.says(cast.carol, talk, "are you there?")
    boss = signed_in(cast.alice)
    boss.cookies["kefu_language"] = "en"
    mark = "Agent away"
    assert tiles(boss)["away"] | {"value": 0, "level": ""} == tiles(boss)["away"]
    assert mark not in boss.get("/console/conversations/").content.decode()
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(seen_at=timezone.now() - timedelta(minutes=2))
    tile = tiles(boss)["away"]
    assert (tile["value"], tile["level"]) == (1, "bad")
    listed = boss.get(tile["href"])
    assert [row.pk for row in listed.context["listing"].page] == [talk.pk]
    assert mark in listed.content.decode()
    assert boss.get("/console/conversations/?away=no").context["listing"].total == 0
    cast.shop.says(cast.bob, talk, "I was here all the time")
    assert tiles(boss)["away"]["value"] == 0


def test_a_group_tells_who_waits_for_it_and_how_busy_it_is(cast: Cast) -> None:
    service = cast.shop.hire("1002", "dave", status="away")
    with cast.shop.within():
        vip = Group.objects.create(name="VIP", sort=9)
        for agent in (cast.bob, service):
            Membership.objects.create(group=vip, agent=agent)
    since = timezone.now() - timedelta(minutes=4)
    with clock.frozen_at(since):
        cast.shop.open(cast.carol)
    cast.shop.open(cast.shop.welcome("dora"))
    cast.shop.held(cast.shop.welcome("erin"), cast.bob)
    first, second = seen(cast)["groups"]
    assert first == {
        "id": vip.public_id, "name": "VIP", "waiting": 0, "waiting_since": None,
        "here": 1, "members": 2, "load": 1, "cap": 10,
    }  # fmt: skip
    assert (second["id"], second["waiting"]) == (cast.shop.group.public_id, 2)
    assert second["waiting_since"] == milliseconds(since)
    page = signed_in(cast.alice).get(PAGE)
    assert [group["level"] for group in page.context["groups"]] == ["", "bad"]


def test_who_is_offline_is_there_but_not_in_the_way(cast: Cast) -> None:
    def away() -> tuple[int, int]:
        """As counted, and as marked in the table."""
        page = signed_in(cast.alice).get(PAGE)
        return page.context["away"], len(re.findall(r"<tr[^>]* data-away", page.content.decode()))

    before = len(seen(cast)["agents"])
    for agent in (cast.alice, cast.bob):
        cast.shop.status(agent, "offline")
    assert away() == (before, before)
    cast.shop.held(cast.carol, cast.alice)
    cast.shop.status(cast.alice, "offline")
    cast.shop.status(cast.bob, "away")
    assert away() == (before - 2, before - 2)


@pytest.mark.usefixtures("noon")
def test_each_tile_opens_as_many_rows_as_it_counts(cast: Cast) -> None:
    a_day(cast)
    boss = signed_in(cast.alice)
    shown = tiles(boss)
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(seen_at=timezone.now() - timedelta(minutes=2))
    shown = tiles(boss)
    counted = {"waiting": 3, "active": 1, "away": 1, "today": 2, "first_response": 1}
    for name, number in counted.items():
        assert boss.get(shown[name]["href"]).context["listing"].total == number, name
    for name in ("waiting", "active", "away", "today"):
        assert shown[name]["value"] == counted[name]
    assert shown["first_response"]["value"] == "1分"


def test_each_status_opens_as_many_agents_as_it_counts(cast: Cast) -> None:
    cast.shop.hire("1002", "dave", status="online")
    cast.shop.hire("1003", "eve", status="away")
    disabled, deleted = cast.shop.hire("1004", "disabled"), cast.shop.hire("1005", "deleted")
    with cast.shop.within():
        Agent.objects.filter(pk=disabled.pk).update(is_active=False)
        Agent.objects.filter(pk=deleted.pk).update(is_active=False, deleted_at=timezone.now())
    boss = signed_in(cast.alice)
    for status in ("online", "busy", "away", "offline"):
        tile = tiles(boss)[f"status-{status}"]
        assert boss.get(tile["href"]).context["listing"].total == tile["value"], status


def test_what_nobody_waits_for_is_no_number(cast: Cast) -> None:
    found = seen(cast)
    assert (found["waiting"], found["first_response"]) == ({"n": 0, "since": None}, {"ms": None, "n": 0})
    assert "–" in signed_in(cast.alice).get(PAGE).content.decode()


def test_a_long_wait_is_marked(cast: Cast) -> None:
    now = timezone.now()
    assert snapshot.urgency(None, now) == ""
    assert snapshot.urgency(now - timedelta(seconds=59), now) == ""
    assert snapshot.urgency(now - timedelta(minutes=1), now) == "warn"
    assert snapshot.urgency(now - timedelta(minutes=3), now) == "bad"
    said = dict(
        re.findall(r"(WAIT|LATE)_AFTER = ([0-9_]+);", (ROOT / "static/kefu/js/desk/alerts/clock.js").read_text())
    )
    assert [timedelta(milliseconds=int(said[name])) for name in ("WAIT", "LATE")] == [snapshot.SLOW, snapshot.VERY_SLOW]
    with clock.frozen_at(now - timedelta(minutes=11)):
        cast.shop.open(cast.carol)
    assert tiles(signed_in(cast.alice))["waiting"]["level"] == "bad"


def test_only_who_may_monitor_sees_it_and_nobody_another_tenant(cast: Cast) -> None:
    a_day(cast)
    assert signed_in(cast.bob).get(PAGE).status_code == 403
    assert signed_in(cast.shop.hire("1009", "erin", role="analyst")).get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302
    with cast.other.within():
        assert snapshot.snapshot()["waiting"]["n"] == 0


def test_who_cannot_open_the_rows_gets_no_links(cast: Cast) -> None:
    watcher = cast.shop.hire("1008", "watcher", role="site_owner")
    with cast.shop.within():
        Role.objects.filter(code="site_owner").update(permissions=["access.monitor", "access.history"])
    assert {tile["href"] for tile in tiles(signed_in(watcher)).values()} == {""}


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            seen(cast)
        return len(queries)

    few = cost()
    for number in range(8):
        agent = cast.shop.hire(f"20{number}", f"agent {number}", status="online")
        cast.shop.held(cast.shop.welcome(f"customer {number}"), agent)
    assert cost() == few


def test_htmx_gets_the_board_alone(cast: Cast) -> None:
    answer = signed_in(cast.alice).get(PAGE, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert 'id="monitor"' in answer.content.decode()


# --- the socket -------------------------------------------------------------------------------------------------------


BEAT = 0.5  # seconds; the house looks twice a second for who is due


@pytest.fixture(autouse=True)
def quicker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits two seconds for each digest."""
    monkeypatch.setattr(Monitor, "digest_interval", DigestInterval(BEAT, together=True))


def monitor_socket(agent: Agent, **options: Any) -> Socket:
    """A page with the monitor open."""
    return Socket(PATH, cookie=session_of(agent), **options)


@pytest.mark.usefixtures("live_loop")
@pytest.mark.parametrize("origin", ["https://evil.example", f"http://{HOST}.evil.example", "null", None])
async def test_a_page_of_another_site_is_refused(cast: Cast, origin: str | None) -> None:
    async with monitor_socket(cast.alice, origin=origin) as line:
        assert line.accepted is None
        assert await line.closed() == 4403


@pytest.mark.usefixtures("live_loop")
async def test_without_a_session_or_the_permission_it_closes(cast: Cast) -> None:
    analyst = cast.shop.hire("1009", "erin", role="analyst")
    for cookie in ("", "unknown", session_of(cast.bob), session_of(analyst)):
        async with Socket(PATH, cookie=cookie) as line:
            line.send({"t": "hello", "after": {}})
            assert await line.closed() == 4401
            assert line.frames == []


@pytest.mark.usefixtures("live_loop")
async def test_the_numbers_come_when_they_changed_and_the_time_always(cast: Cast) -> None:
    async with monitor_socket(cast.alice) as line:
        ready = await line.hello(after={})
        assert ready["monitor"]["waiting"] == {"n": 0, "since": None}
        quiet = await line.hear("digest")
        assert quiet.keys() == {"t", "now"}
        cast.shop.open(cast.carol)
        changed = await news(line)
        assert changed["monitor"]["waiting"]["n"] == 1
        assert changed["now"] >= quiet["now"]


async def news(line: Socket) -> Frame:
    """The next digest that carries numbers."""
    await line.until(lambda: any("monitor" in frame for frame in line.frames))
    found = next(frame for frame in line.frames if "monitor" in frame)
    line.frames.clear()
    return found


@pytest.mark.usefixtures("live_loop")
async def test_another_tenants_numbers_do_not_come(cast: Cast) -> None:
    owner = cast.other.hire("1000", "oscar", role="owner")
    async with monitor_socket(cast.alice) as alice, monitor_socket(owner) as oscar:
        await alice.hello(after={})
        before = await oscar.hello(after={})
        cast.shop.says(cast.carol, cast.shop.open(cast.carol), "hello")
        assert (await news(alice))["monitor"]["waiting"]["n"] == 1
        assert before["monitor"]["waiting"]["n"] == 0
        await oscar.hear("digest")
        assert not any("monitor" in frame for frame in oscar.frames)


@pytest.mark.usefixtures("live_loop")
async def test_many_watchers_are_counted_for_once(cast: Cast) -> None:
    with mock.patch("stats.monitor.live.snapshot", wraps=snapshot.snapshot) as counted:
        async with monitor_socket(cast.alice) as one, monitor_socket(cast.alice) as two:
            for line in (one, two):
                await line.hello(after={})
            for line in (one, two):
                await line.hear("digest")
            before = counted.call_count
            one.frames.clear()
            two.frames.clear()
            await one.hear("digest")
            await two.hear("digest")
            assert counted.call_count == before + 1
    await nobody_left(counted)


async def nobody_left(counted: mock.MagicMock) -> None:
    """Nothing is counted for nobody."""
    before = counted.call_count
    await asyncio.sleep(3 * BEAT)
    assert counted.call_count == before


def sign_out_elsewhere(cast: Cast) -> None:
    Session.objects.all().delete()


def disable(cast: Cast) -> None:
    Agent.objects.filter(pk=cast.alice.pk).update(is_active=False)


def revoke_permission(cast: Cast) -> None:
    role = Role.objects.get(code="owner")
    role.permissions = [each for each in role.permissions if each != "access.monitor"]
    role.save(update_fields=["permissions"])


@pytest.mark.usefixtures("live_loop")
@pytest.mark.parametrize("happened", [sign_out_elsewhere, disable, revoke_permission])
async def test_who_may_not_look_any_more_is_cut_off(cast: Cast, happened: Any) -> None:
    async with monitor_socket(cast.alice) as line:
        await line.hello(after={})
        with cast.shop.within():
            happened(cast)
        assert await line.closed() == 4401


@pytest.mark.usefixtures("live_loop")
async def test_a_watcher_may_ask_for_nothing(cast: Cast) -> None:
    conversation = cast.shop.held(cast.carol, cast.bob)
    async with monitor_socket(cast.alice) as line:
        await line.hello(after={conversation.public_id: 0})
        for command in ("events.fetch", "conversation.end", "message.post", "status.set"):
            answer = await line.ask(command, {"conversation": conversation.public_id, "after": {}})
            assert (answer["t"], answer["code"]) == ("error", "bad_frame")
        assert all(frame["t"] == "digest" for frame in line.frames)
    assert cast.shop.fresh(conversation).state == "active"
    with cast.shop.within():
        assert Conversation.objects.filter(state="active").count() == 1


def test_links_of_tiles_are_addresses_of_ours(cast: Cast) -> None:
    for tile in tiles(signed_in(cast.alice)).values():
        assert urlsplit(tile["href"]).netloc == ""


def test_the_links_of_an_agent_have_the_id_whatever_stands_in_it(cast: Cast) -> None:
    """Ids are random: they may contain the placeholders."""
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(public_id="aDAYbAGENTccccc")
    cast.shop.held(cast.carol, cast.bob)
    page = signed_in(cast.alice).get("/console/monitor/").content.decode()
    assert "holder=aDAYbAGENTccccc" in page


def test_who_is_disabled_is_not_counted_as_offline(cast: Cast) -> None:
    before = seen(cast)["statuses"]
    gone = cast.shop.hire("1007", "gone")
    with cast.shop.within():
        type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    assert seen(cast)["statuses"] == before
