"""Every screen, in both themes: no finding of axe, nothing that scrolls sideways."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.journeys.people import AgentAtDesk, People, unique
from tests.journeys.stack import Company
from tests.journeys.test_foreign_sites import chat_in

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const found = await axe.run(document, { runOnly: tags, iframes: false, resultTypes: ["violations"] });
  const told = (node) => [node.target.join(" "), node.failureSummary];
  return found.violations.map(({ id, nodes }) => [id, nodes.map(told)]);
}"""
WIDTHS = (320, 390, 1280, 1440)
TOO_WIDE = """() => {
  const page = document.scrollingElement;
  const tables = innerWidth < 600 ? [...document.querySelectorAll(".list .table-scroll")] : [];
  const wide = tables.filter((box) => box.clientWidth > 2 && box.scrollWidth > box.clientWidth + 1);
  if (wide.length) return wide.map((box) => `table: ${box.scrollWidth} > ${box.clientWidth}`);
  if (page.scrollWidth <= page.clientWidth) return [];
  return [`${page.scrollWidth} > ${page.clientWidth}`, ...[...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > page.clientWidth + 1).slice(0, 5)
    .map((node) => `${node.tagName}#${node.id}.${node.className}`)];
}"""


def is_clean(page: Page | Frame, what: str) -> None:
    """axe finds nothing."""
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(RUN, RULES) == [], what


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways, or on a phone the table of a list, if anything does."""
    return list(page.evaluate(TOO_WIDE))


def fits(page: Page, what: str) -> None:
    """No sideways scrolling from small phones to desks."""
    before = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert too_wide(page) == [], f"{what} at {width} px"
    if before is not None:
        page.set_viewport_size(before)


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """Contexts in one of the two themes."""

    def make(**options: Any) -> BrowserContext:
        return new_context(**{"color_scheme": request.param, "viewport": {"width": 1280, "height": 800}, **options})

    return make


def test_the_start_the_shop_and_the_sign_in_are_accessible_and_fit(
    people: People, themed: Callable[..., BrowserContext]
) -> None:
    page = themed().new_page()
    for path in ("/", "/sign-in/", "/demo/"):
        page.goto(f"{people.stack.url}{path}")
        is_clean(page, path)
        fits(page, path)
    page.locator("[data-ask='']").first.click()
    channel = page.evaluate("document.querySelector(`[id^='kefu-']`).id.slice(5)")
    carol = chat_in(page, Company("8001", 0, channel))
    is_clean(page, "shop with the chat open")
    is_clean(carol.page, "chat in the shop")
    page.goto(f"{people.stack.url}/sign-in/")
    page.locator("#sign-in-name").fill("1@1")
    page.locator("#sign-in-password").fill("wrong")
    page.locator("#sign-in-password").press("Enter")
    expect(page.locator(".notice-bad")).to_be_visible()
    is_clean(page, "sign-in refused")


def test_the_chat_and_the_workbench_are_accessible_and_fit(
    people: People, company: Company, themed: Callable[..., BrowserContext]
) -> None:
    li = people.agent(company, context=themed())
    page = li.tab
    is_clean(page, "empty workbench")
    fits(page, "empty workbench")
    carol = people.visitor(company, context=themed())
    question = carol.say(unique("请看看"))
    li.open(question)
    carol.sees(li.say(unique("很长的回答" * 30)))
    li.note(unique("备注"))
    li.sees(question)
    expect(page.locator("#customer .facts")).to_be_visible()
    is_clean(carol.page, "chat")
    fits(carol.tab, "chat")
    carol.page.locator("#more").click()
    carol.page.locator("#emoji").click()
    is_clean(carol.page, "chat with emoji")
    carol.page.locator("#more").click()
    is_clean(carol.page, "chat with its menu")
    is_clean(page, "open conversation")
    fits(page, "open conversation")
    can_be_read_enlarged(page)
    walk_the_dialogs(li)


def can_be_read_enlarged(page: Page) -> None:
    """The messages have some lines where a laptop's window is enlarged four times."""
    before = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 225})
    box = page.locator("#log").bounding_box()
    assert before is not None and box is not None and box["height"] >= 120
    page.set_viewport_size(before)


def walk_the_dialogs(li: AgentAtDesk) -> None:
    """Everything that opens over the workbench."""
    page = li.tab
    page.keyboard.press("Alt+t")
    expect(page.locator("#transfer-dialog")).to_be_visible()
    is_clean(page, "transfer")
    fits(page, "transfer")
    page.keyboard.press("Escape")
    page.locator("#help-button").click()
    is_clean(page, "help")
    fits(page, "help")
    page.keyboard.press("Escape")
    for button in ("#status-button", "#account-button", "#emoji-button"):
        page.locator(button).click()
        is_clean(page, button)
        fits(page, button)
        page.keyboard.press("Escape")
    page.locator("#status-button").click()
    page.locator("[data-set-status=offline]").click()
    expect(page.locator("#leave-dialog")).to_be_visible()
    is_clean(page, "leave")
    fits(page, "leave")
    page.keyboard.press("Escape")
    page.locator("#tab-queue").click()
    is_clean(page, "queue")
    li.end()
    is_clean(page, "ending")
    page.locator("#end-undo").click()
