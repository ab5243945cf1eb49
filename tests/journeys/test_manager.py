"""A manager reads numbers: from a conversation that just happened to the tile, its conversations, the Excel file."""

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.eventually import eventually
from tests.journeys.console import at_console, promote
from tests.journeys.people import People
from tests.journeys.stack import Company
from tests.journeys.test_accessible import fits, is_clean

NewContext = Callable[..., BrowserContext]
OVERVIEW, WORKLOAD = "/console/overview/", "/console/reports/workload/"


@pytest.fixture
def company(company: Company, people: People) -> Company:
    """Its second agent only reads numbers."""
    return promote(people.stack, company, "analyst")


def a_talk(people: People, company: Company) -> None:
    """carol asks twice, 小李 answers."""
    li = people.agent(company)
    carol = people.visitor(company)
    question = carol.say("什么时候发货？")
    li.open(question)
    answer = li.say("今天下午。")
    carol.sees(answer)
    li.sees(carol.say("谢谢！"))


def tile(page: Page, number: int) -> str:
    """A tile's text."""
    return page.locator(".tile [data-value]").nth(number).inner_text()


def test_what_was_said_a_moment_ago_is_a_number_that_leads_back_to_it(
    people: People, company: Company, new_context: NewContext, tmp_path: Path
) -> None:
    a_talk(people, company)
    people.stack.ring("statistics")
    page = at_console(people, company, new_context(accept_downloads=True), OVERVIEW)
    eventually(lambda: bool(page.reload()) and tile(page, 2) == "2", within=20)
    assert [tile(page, number) for number in range(5)] == ["1", "1", "2", "1", "100.0%"]
    assert re.fullmatch(r"\d+秒", tile(page, 5))

    page.locator(".tile-value a").first.click()
    page.wait_for_url("**/console/conversations/?*asked=yes*")
    expect(page.locator("#list tbody tr")).to_have_count(1)

    page.locator(".rail-link[href='/console/reports/workload/']").click()
    row = page.locator("#list tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("小李")
    with page.expect_download() as download:
        page.locator("#export button").click()
    assert re.fullmatch(r"企微客服工作量_\d{8}\.xlsx", download.value.suggested_filename)
    download.value.save_as(tmp_path / "file.xlsx")
    first = list(openpyxl.load_workbook(tmp_path / "file.xlsx").worksheets[0].iter_rows(values_only=True))[1]
    assert first[:7] == ("小李", "1001", None, 1, 1, 2, 1)


def test_filter_sort_and_period_stand_in_the_address_and_back_brings_them_back(
    people: People, company: Company, new_context: NewContext
) -> None:
    page = at_console(people, company, new_context(), OVERVIEW)
    page.locator("#id_channel").select_option(label="官网")
    page.wait_for_url("**/console/overview/?channel=*")
    page.locator(".choice-links a").nth(3).click()
    page.wait_for_url("**/console/overview/?*period=30*")
    assert "channel=" in page.url
    expect(page.locator(".choice-links [aria-current=true]")).to_have_text("近 30 天")
    page.locator("#id_from").fill("2026-01-05")
    page.wait_for_url("**from=2026-01-05*")
    expect(page.locator(".choice-links [aria-current=true]")).to_have_text("自定义")
    expect(page.locator("#list figure svg.chart")).to_have_count(2)
    page.go_back()
    expect(page.locator(".choice-links [aria-current=true]")).to_have_text("近 30 天")
    page.goto(f"{people.stack.url}{WORKLOAD}?sort=-name")
    assert page.url.endswith("?sort=-name")


def test_the_chart_is_read_by_keyboard_and_its_lines_are_switched(
    people: People, company: Company, new_context: NewContext
) -> None:
    page = at_console(people, company, new_context(), OVERVIEW)
    chart, figure = page.locator("svg.chart").first, page.locator("figure[data-chart]").first
    chart.focus()
    page.keyboard.press("End")
    expect(figure.locator(".chart-tip strong")).to_be_visible()
    last = figure.locator(".chart-tip strong").inner_text()
    page.keyboard.press("ArrowLeft")
    expect(figure.locator(".chart-tip strong")).not_to_have_text(last)
    expect(figure.locator(".chart-tip-row")).to_have_count(3)
    key = figure.locator(".chart-key").first
    key.click()
    expect(key).to_have_attribute("aria-pressed", "false")
    expect(figure.locator("svg.chart g")).to_have_count(2)
    table = figure.locator("table tbody tr")
    expect(table).to_have_count(7)


def test_the_reports_work_without_scripts(people: People, company: Company, new_context: NewContext) -> None:
    page = at_console(people, company, new_context(java_script_enabled=False), OVERVIEW)
    expect(page.locator("figure[data-chart] table").first).to_be_visible()
    page.locator("#id_to").fill("2026-01-05")
    page.locator("#id_from").fill("2026-01-06")
    page.locator("#filters button").first.click()
    expect(page.locator(".field-error")).to_be_visible()
    page.locator("#id_from").fill("2026-01-01")
    page.locator("#filters button").first.click()
    expect(page.locator(".report-stamp")).to_contain_text("2026-01-01 – 2026-01-05")
    page.goto(f"{people.stack.url}{WORKLOAD}")
    rows = page.locator("#list tbody tr")
    expect(rows).to_have_count(1)  # who did nothing stands there too
    expect(rows.first).to_contain_text("0")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_reports_are_accessible_and_fit(
    people: People, company: Company, new_context: NewContext, theme: str
) -> None:
    page = at_console(
        people, company, new_context(color_scheme=theme, viewport={"width": 1440, "height": 900}), OVERVIEW
    )
    for path in (OVERVIEW, f"{OVERVIEW}?period=30&compare=on", WORKLOAD):
        page.goto(f"{people.stack.url}{path}")
        is_clean(page, path)
        fits(page, path)
    page.goto(f"{people.stack.url}{OVERVIEW}")
    page.locator(".help summary").first.click()
    page.locator("svg.chart").first.focus()
    page.keyboard.press("Home")
    is_clean(page, "with an explanation and the cursor of a chart")
