"""A supervisor watches the floor and looks back: numbers that move by themselves, and the conversations behind them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from tests.eventually import PATIENCE, eventually
from tests.journeys.console import at_console, promote
from tests.journeys.people import People
from tests.journeys.stack import Company
from tests.journeys.test_accessible import fits, is_clean

NewContext = Callable[..., BrowserContext]
MONITOR, HISTORY = "/console/monitor/", "/console/conversations/"


@pytest.fixture
def company(company: Company, people: People) -> Company:
    """Its second agent is a supervisor."""
    return promote(people.stack, company, "supervisor")


def shows(page: Page, tile: str, value: str, within: float = PATIENCE * 1000) -> None:
    """A tile's number."""
    expect(page.locator(f'[data-tile="{tile}"] [data-value]')).to_have_text(value, timeout=within)


def rows(page: Page) -> int:
    """How many rows the history shows."""
    return page.locator("#list tbody tr").count()


IN_ROWS = """() => Object.values(Object.groupBy(document.querySelectorAll('.monitor-tiles > div'),
    (tile) => tile.getBoundingClientRect().top)).map((row) => row.length)"""
LAST_TILE_ENDS_THE_ROW = """() => { const edges = [...document.querySelectorAll('.monitor-tiles > div')]
    .map((tile) => Math.round(tile.getBoundingClientRect().right));
    return edges.length > 0 && Math.max(...edges) === edges.at(-1); }"""  # at one moment: numbers move them


def test_the_tiles_of_the_monitor_fill_their_rows_at_every_width(
    people: People, company: Company, new_context: NewContext
) -> None:
    boss = at_console(people, company, new_context(), MONITOR)
    for width, rows_of in ((1440, [5, 4]), (1024, [3, 3, 3]), (768, [3, 3, 3]), (390, [1, 2, 2, 2, 2])):
        boss.set_viewport_size({"width": width, "height": 800})
        assert boss.evaluate(IN_ROWS) == rows_of
        assert boss.evaluate(LAST_TILE_ENDS_THE_ROW)


def test_a_supervisor_watches_and_looks_back(people: People, company: Company, new_context: NewContext) -> None:
    boss = at_console(people, company, new_context(), MONITOR)
    expect(boss.locator("#monitor-age .dot")).to_have_attribute("data-status", "online")
    shows(boss, "waiting", "0")
    carol = people.visitor(company)
    carol.say("什么时候发货？")
    shows(boss, "waiting", "1")
    shows(boss, "today", "1")
    boss.locator('[data-tile="waiting"] a').click()
    boss.wait_for_url(f"**{HISTORY}*")
    assert rows(boss) == 1

    boss.go_back()
    bob = people.agent(company)
    shows(boss, "waiting", "0")
    shows(boss, "active", "1")
    shows(boss, "status-online", "1")
    row = boss.locator("#monitor-agents tr:not([data-away])")
    expect(row.locator('[data-cell="name"]')).to_have_text("小李")
    expect(row.locator('[data-cell="owed"]')).to_have_text("1")
    bob.open()
    bob.say("今天发货。")
    carol.sees("今天发货。")
    expect(row.locator('[data-cell="owed"]')).to_have_text("0")
    expect(boss.locator('[data-tile="first_response"] [data-value]')).not_to_have_text("–")

    boss.locator('[data-tile="first_response"] a').click()
    boss.wait_for_url(f"**{HISTORY}*")
    boss.locator("#list tbody th a").click()
    expect(boss.locator(".message:not(.mine, .system) .bubble")).to_have_text("什么时候发货？")
    expect(boss.locator(".message.mine .bubble")).to_have_text("今天发货。")
    seen = "select count(*) from accounts_auditentry where tenant_id = %s and action = 'conversation.viewed'"
    assert people.stack.value(seen, company.tenant_id) == 1


def test_the_history_is_filtered_without_leaving_the_page(
    people: People, company: Company, new_context: NewContext
) -> None:
    people.visitor(company).say("发票怎么开")
    people.visitor(company).say("退货地址")
    boss = at_console(people, company, new_context(), HISTORY)
    assert rows(boss) == 2
    boss.locator("#id_words").fill("发票")
    expect(boss.locator("#list tbody tr")).to_have_count(1)
    assert "words=" in boss.url
    boss.locator("#id_words").fill("没有这句话")
    expect(boss.locator("#list .empty")).to_be_visible()
    boss.go_back()
    expect(boss.locator("#list tbody tr")).to_have_count(1)
    expect(boss.locator("#id_words")).to_have_value("发票")
    on_a_phone_the_filters_fold(boss)


def on_a_phone_the_filters_fold(page: Page) -> None:
    """Behind one button that says how many are in effect; each of these can be taken away by its chip."""
    page.set_viewport_size({"width": 390, "height": 844})
    state, button, chips = (
        page.locator("#id_state"),
        page.locator(".filters-fold summary"),
        page.locator(".filter-chips .chip"),
    )
    expect(state).to_be_hidden()
    expect(page.locator("#id_words")).to_be_visible()
    button.press("Enter")
    state.select_option("queued")
    expect(button).to_have_text("筛选条件（1）")
    expect(chips).to_have_text(["移除筛选条件 状态：等待中", "移除筛选条件 消息内容：发票"])
    is_clean(page, "the history with its filters unfolded")
    page.locator("#id_to").fill("2020-01-01")
    expect(page.locator("#id_to_notes")).to_have_text("结束日期早于开始日期。")
    chips.first.click()
    expect(chips).to_have_text(["移除筛选条件 消息内容：发票"])
    expect(chips).to_be_focused()
    assert "state=" not in page.url
    assert "words=" in page.url


def test_both_pages_work_without_scripts(people: People, company: Company, new_context: NewContext) -> None:
    people.visitor(company).say("发票怎么开")
    people.visitor(company).say("退货地址")
    boss = at_console(people, company, new_context(java_script_enabled=False), HISTORY)
    boss.locator("#id_words").fill("退货")
    boss.locator("#filters button").click()
    assert rows(boss) == 1
    boss.locator("#list tbody th a").first.click()
    expect(boss.locator(".message:not(.mine, .system) .bubble")).to_have_text("退货地址")
    boss.goto(f"{people.stack.url}{MONITOR}")
    shows(boss, "waiting", "2")
    boss.locator('[data-tile="waiting"] a').click()
    assert rows(boss) == 2


def test_without_a_socket_the_numbers_are_polled(people: People, company: Company, new_context: NewContext) -> None:
    context = new_context()
    context.route_web_socket("**/ws/monitor/", lambda socket: socket.close())
    boss = at_console(people, company, context, MONITOR)
    people.visitor(company).say("有人吗")
    shows(boss, "waiting", "1", within=20_000)
    expect(boss.locator("#monitor")).not_to_have_attribute("data-stale", "")


def test_old_numbers_turn_grey(people: People, company: Company, new_context: NewContext) -> None:
    sockets: list[WebSocketRoute] = []

    def through(socket: WebSocketRoute) -> None:
        sockets.append(socket.connect_to_server())

    context = new_context()
    context.route_web_socket("**/ws/monitor/", through)
    boss = at_console(people, company, context, MONITOR)
    expect(boss.locator("#monitor-age .dot")).to_have_attribute("data-status", "online")
    eventually(lambda: sockets)
    sockets[-1].on_message(lambda _message: None)  # the line is silent
    boss.route(f"**{MONITOR}", lambda route: route.abort())
    expect(boss.locator("#monitor[data-stale]")).to_be_visible(timeout=20_000)
    boss.unroute(f"**{MONITOR}")
    expect(boss.locator("#monitor:not([data-stale])")).to_be_visible(timeout=30_000)


def test_who_loses_the_permission_leaves_the_page(people: People, company: Company, new_context: NewContext) -> None:
    boss = at_console(people, company, new_context(), MONITOR)
    expect(boss.locator("#monitor-age .dot")).to_have_attribute("data-status", "online")
    people.stack.change(
        "update accounts_role set permissions = array_remove(permissions, 'access.monitor') where tenant_id = %s",
        company.tenant_id,
    )
    expect(boss.locator("#monitor")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit(
    people: People, company: Company, new_context: NewContext, theme: str
) -> None:
    carol, bob = people.visitor(company), people.agent(company)
    carol.say("什么时候发货？")
    bob.open()
    bob.say("今天发货。")
    bob.note("老客户")
    boss = at_console(people, company, new_context(color_scheme=theme), MONITOR)
    expect(boss.locator("#monitor-agents tr:not([data-away])")).to_have_count(1)
    is_clean(boss, "monitor")
    fits(boss, "monitor")
    boss.goto(f"{people.stack.url}{HISTORY}?human=yes")
    is_clean(boss, "history")
    fits(boss, "history")
    boss.locator("#list tbody th a").click()
    expect(boss.locator(".message.note .bubble")).to_have_text("老客户")
    is_clean(boss, "conversation")
    fits(boss, "conversation")
