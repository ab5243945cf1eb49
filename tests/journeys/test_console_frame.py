"""The console's frame and its parts, as people meet them: by mouse, by keyboard, on a phone, without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.journeys.people import People
from tests.journeys.stack import PASSWORD, Company
from tests.journeys.test_accessible import is_clean, too_wide

NewContext = Callable[..., BrowserContext]
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
ROWS = "#list tbody tr"


def style_guide(people: People, context: BrowserContext, query: str = "") -> Page:
    """The page that shows every part; it is open to everybody."""
    page = context.new_page()
    page.goto(f"{people.stack.url}/styleguide{query}")
    return page


def signed_in(people: People, company: Company, context: BrowserContext) -> Page:
    """An agent's browser at the style guide, with a rail."""
    page = context.new_page()
    page.goto(f"{people.stack.url}/sign-in/?next=/styleguide")
    page.locator("#sign-in-name").fill(company.name("1001"))
    page.locator("#sign-in-password").fill(PASSWORD)
    page.locator("#sign-in-password").press("Enter")
    page.wait_for_url("**/styleguide")
    return page


def names(page: Page) -> list[str]:
    """The rows of the list."""
    return page.locator(f"{ROWS} th").all_inner_texts()


# --- looks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_is_accessible(
    people: People, company: Company, new_context: NewContext, theme: str, size: str
) -> None:
    page = signed_in(people, company, new_context(color_scheme=theme, viewport=SIZES[size], has_touch=size == "phone"))
    is_clean(page, "style guide")
    page.locator(".row-check").first.check()
    page.locator(".account-summary").click()
    is_clean(page, "with the account menu and the bulk bar")
    page.keyboard.press("Escape")
    if size == "desk":  # on a phone they lie over the list, whose ticks are small then
        page.locator("[data-toast=bad]").click()
        page.locator(".help summary").first.click()
        is_clean(page, "with a toast and an explanation")
        page.locator(".toast [data-close]").click()
    page.locator('[hx-get="/styleguide/question"]').click()
    expect(page.locator("#dialog")).to_be_visible()
    is_clean(page, "with a question")


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_nothing_scrolls_sideways_from_small_phones_to_large_screens(
    people: People, company: Company, new_context: NewContext, locale: str
) -> None:
    page = signed_in(people, company, new_context(locale=locale))
    for width in (320, 390, 640, 899, 900, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert too_wide(page) == [], f"{width} px"


# --- rail -------------------------------------------------------------------------------------------------------------


def width_of(shown: Locator) -> float:
    """In CSS pixels."""
    box = shown.bounding_box()
    assert box is not None
    return box["width"]


def test_the_rail_becomes_narrow_and_stays_so(people: People, company: Company, new_context: NewContext) -> None:
    page = signed_in(people, company, new_context(viewport=SIZES["desk"]))
    rail = page.locator("#rail")
    assert width_of(rail) == 208
    with page.expect_response("**/preferences/"):
        page.locator("[name=rail]").click()
    expect(page.locator("body")).to_have_attribute("data-rail", "narrow")
    page.reload()
    assert width_of(rail) == 56
    expect(page.locator(".rail-link").first).to_have_accessible_name(re.compile(".+"))
    page.locator("[name=rail]").click()
    expect(page.locator("body")).to_have_attribute("data-rail", "wide")


def test_on_a_phone_the_rail_is_a_drawer(people: People, company: Company, new_context: NewContext) -> None:
    page = signed_in(people, company, new_context(viewport=SIZES["phone"]))
    rail, opener = page.locator("#rail"), page.locator("#drawer-open")
    expect(rail).to_be_hidden()
    opener.focus()
    page.keyboard.press("Enter")
    expect(rail).to_be_visible()
    expect(page.locator("#drawer-close")).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "true")
    is_clean(page, "drawer")
    page.keyboard.press("Escape")
    expect(rail).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    page.mouse.click(380, 400)
    expect(rail).to_be_hidden()


def test_on_a_phone_the_back_key_closes_what_lies_over_the_page_first(
    people: People, company: Company, new_context: NewContext
) -> None:
    page = signed_in(people, company, new_context(viewport=SIZES["phone"], is_mobile=True, has_touch=True))
    page.locator("#id_q").fill("12")
    page.wait_for_url("**/styleguide?q=12")
    page.evaluate("document.body.dataset.same = 'yes'")
    drawer, dialog, menu = page.locator("#rail"), page.locator("#dialog"), page.locator(".account-menu .popup")
    question = page.locator('[hx-get="/styleguide/question"]')
    for opener, layer in ((page.locator("#drawer-open"), drawer), (page.locator(".account-summary"), menu),
                          (question, dialog)):  # fmt: skip
        opener.click()
        expect(layer).to_be_visible()
        page.evaluate("history.back()")
        expect(layer).to_be_hidden()
        assert page.url.endswith("/styleguide?q=12")
    assert page.evaluate("document.body.dataset.same") == "yes"
    expect(page.locator(ROWS)).to_have_count(9)
    page.go_back()
    page.wait_for_url("**/styleguide")
    expect(page.locator(ROWS)).to_have_count(20)


def test_the_skip_link_comes_first(people: People, new_context: NewContext) -> None:
    page = style_guide(people, new_context())
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


# --- lists ------------------------------------------------------------------------------------------------------------


def test_a_list_changes_alone_and_its_address_with_it(people: People, new_context: NewContext) -> None:
    page = style_guide(people, new_context())
    page.evaluate("document.body.dataset.same = 'yes'")
    page.locator("#id_q").press_sequentially("12")
    expect(page.locator(ROWS)).to_have_count(9)  # 012, 112, 120 … 126
    page.wait_for_url("**/styleguide?q=12")
    page.locator("#sort-load").click()
    page.wait_for_url("**/styleguide?q=12&sort=load")
    expect(page.locator("#sort-load")).to_be_focused()
    expect(page.locator("th[aria-sort=ascending] #sort-load")).to_be_visible()
    page.locator("#sort-load").click()
    page.wait_for_url("**/styleguide?q=12&sort=-load")
    page.locator("#id_status").select_option("busy")
    page.wait_for_url("**/styleguide?q=12&status=busy&sort=-load")
    assert page.evaluate("document.body.dataset.same") == "yes"
    page.go_back()
    page.wait_for_url("**/styleguide?q=12&sort=-load")
    expect(page.locator(ROWS)).to_have_count(9)
    expect(page.locator("#id_q")).to_have_value("12")
    page.reload()
    expect(page.locator(ROWS)).to_have_count(9)


def test_pages_of_a_list(people: People, new_context: NewContext) -> None:
    page = style_guide(people, new_context())
    page.locator("#page-on").click()
    page.wait_for_url("**/styleguide?page=2")
    expect(page.locator(f"{ROWS} th").first).to_have_text("021")
    expect(page.locator("#page-on")).to_be_focused()
    expect(page.locator("#announcer")).to_contain_text("21–40")
    page.locator("#per-200").click()
    expect(page.locator(ROWS)).to_have_count(126)
    page.locator("#id_q").fill("nobody")
    expect(page.locator("#list .empty")).to_be_visible()
    page.locator("#list .empty a").click()
    expect(page.locator(ROWS)).to_have_count(20)


def test_a_word_on_its_way_through_an_input_method_is_not_searched_for(people: People, new_context: NewContext) -> None:
    page = style_guide(people, new_context())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#id_q").focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "ni", "selectionStart": 2, "selectionEnd": 2})
    page.wait_for_timeout(600)
    assert asked == []
    keyboard.send("Input.insertText", {"text": "你"})
    page.wait_for_url("**/styleguide?q=%E4%BD%A0")
    assert len(asked) == 1


def test_ticks_bring_the_bulk_bar(people: People, new_context: NewContext) -> None:
    page = style_guide(people, new_context())
    bar, head = page.locator("#bulk"), page.locator("[data-check-all]")
    expect(bar).to_be_hidden()
    page.locator(".row-check").nth(3).check()
    expect(bar).to_be_visible()
    assert head.evaluate("(box) => box.indeterminate")
    head.check()
    expect(page.locator(".row-check:checked")).to_have_count(20)
    expect(page.locator("[data-bulk-count]")).to_contain_text("20")
    head.uncheck()
    expect(bar).to_be_hidden()


# --- questions, news, failures ----------------------------------------------------------------------------------------


def test_a_question_opens_in_the_dialog_and_its_answer_is_told(people: People, new_context: NewContext) -> None:
    page = style_guide(people, new_context())
    dialog, link = page.locator("#dialog"), page.locator('[hx-get="/styleguide/question"]')
    link.click()
    expect(dialog).to_have_accessible_name(re.compile(".+"))
    dialog.locator("[data-close]").click()
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()
    link.click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    link.click()
    dialog.locator("button").click()
    expect(page.locator("#flash .notice-ok")).to_be_visible()
    page.locator("#flash [data-close]").click()
    expect(page.locator("#flash .notice")).to_have_count(0)
    page.reload()
    expect(page.locator("#flash .notice")).to_have_count(0)


def test_a_request_that_fails_is_told_and_can_be_repeated(people: People, new_context: NewContext) -> None:
    context = new_context()
    page = style_guide(people, context)
    context.set_offline(True)
    page.locator("#page-on").click()
    toast = page.locator(".toast-bad")
    expect(toast).to_be_visible()
    context.set_offline(False)
    toast.locator("[data-retry]").click()
    page.wait_for_url("**/styleguide?page=2")
    expect(page.locator(f"{ROWS} th").first).to_have_text("021")
    expect(toast).to_have_count(0)


def test_a_plain_form_is_not_sent_without_network_and_its_page_stays(
    people: People, company: Company, new_context: NewContext
) -> None:
    page = signed_in(people, company, new_context())
    form = page.locator("form[method=post][action$='/sign-out/']").first
    page.context.set_offline(True)
    form.evaluate("form => form.requestSubmit()")
    expect(page.locator(".toast-bad")).to_be_visible()
    page.context.set_offline(False)
    form.evaluate("form => form.requestSubmit()")
    page.wait_for_url("**/sign-in/")


def test_the_start_page_does_not_scroll_sideways_on_small_phones(people: People, new_context: NewContext) -> None:
    page = new_context(viewport={"width": 320, "height": 640}, locale="en").new_page()
    page.goto(people.stack.url)
    expect(page.locator("table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize(("status", "repeats"), [(403, False), (404, False), (500, True), (503, True)])
def test_a_refused_request_leaves_the_page_as_it_was(
    people: People, new_context: NewContext, status: int, repeats: bool
) -> None:
    page = style_guide(people, new_context())
    page.route("**/styleguide?page=2", lambda route: route.fulfill(status=status, body="<p>another page</p>"))
    page.locator("#page-on").click()
    expect(page.locator(".toast-bad")).to_be_visible()
    assert page.locator(".toast-bad [data-retry]").is_visible() == repeats
    assert names(page)[0] == "001"


def test_buttons_rest_while_a_form_is_on_its_way(people: People, new_context: NewContext) -> None:
    page = style_guide(people, new_context())
    held: list[Route] = []
    page.locator('[hx-get="/styleguide/question"]').click()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/styleguide/question", hold)
    button = page.locator("#dialog form button")
    button.click()
    expect(button).to_be_disabled()
    expect(page.locator("#progress[data-busy]")).to_have_count(1)
    held[0].fulfill(status=500, body="")
    expect(button).to_be_enabled()
    expect(page.locator("#progress[data-busy]")).to_have_count(0)
    page.locator(".toast [data-close]").click()  # it came to the dialog, outside of which nothing can be clicked
    expect(page.locator(".toast")).to_have_count(0)
    expect(page.locator("#dialog")).to_be_visible()


def test_copying_works_where_there_is_no_clipboard(people: People, new_context: NewContext) -> None:
    context = new_context()
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })")
    page = style_guide(people, context)
    for name in ("sample-line", "sample-block"):
        page.locator(f"[data-copy={name}]").click()
        expect(page.locator(".toast")).to_be_visible()
        page.locator(".toast [data-close]").click()
    page.locator("#id_q").focus()
    page.keyboard.press("Control+V")
    expect(page.locator("#id_q")).to_have_value(re.compile("script async"))


# --- without scripts --------------------------------------------------------------------------------------------------


def test_everything_works_without_scripts(people: People, company: Company, new_context: NewContext) -> None:
    page = signed_in(people, company, new_context(java_script_enabled=False, viewport=SIZES["desk"]))
    page.locator("#id_q").fill("12")
    page.locator("#filters button").click()
    expect(page.locator(ROWS)).to_have_count(9)
    page.locator("#sort-load").click()
    assert "q=12&sort=load" in page.url
    page.locator("#filters button").click()
    assert "sort=load" in page.url
    page.locator(".row-check").first.check()
    expect(page.locator("#bulk")).to_be_visible()
    page.locator('[hx-get="/styleguide/question"]').click()
    expect(page.locator("h1")).to_be_visible()
    page.locator(".confirm button").click()
    expect(page.locator("#flash .notice-ok")).to_be_visible()
    page.locator("#flash a").click()
    expect(page.locator("#flash .notice")).to_have_count(0)
    page.locator("[name=rail]").click()
    expect(page.locator("body")).to_have_attribute("data-rail", "narrow")
    page.locator(".account-summary").click()
    page.locator(".account-menu [name=theme][value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_drawer_opens_without_scripts(people: People, company: Company, new_context: NewContext) -> None:
    page = signed_in(people, company, new_context(java_script_enabled=False, viewport=SIZES["phone"]))
    page.locator("#drawer-open").click()
    expect(page.locator("#rail")).to_be_visible()
    page.locator("#drawer-close").click()
    expect(page.locator("#rail")).to_be_hidden()


# --- where one begins -------------------------------------------------------------------------------------------------


def test_an_agent_begins_at_the_desk(people: People, company: Company, new_context: NewContext) -> None:
    page = new_context().new_page()
    page.goto(f"{people.stack.url}/sign-in/")
    page.locator("#sign-in-name").fill(company.name("1001"))
    page.locator("#sign-in-password").fill(PASSWORD)
    page.locator("#sign-in-password").press("Enter")
    page.wait_for_url("**/desk/")


def test_a_list_of_somebody_who_signed_out_elsewhere_leads_to_the_sign_in(
    people: People, company: Company, new_context: NewContext
) -> None:
    page = signed_in(people, company, new_context())
    page.goto(f"{people.stack.url}/console/conversations/")
    page.context.clear_cookies(name="kefu_session")
    page.locator("#filters button").press("Enter")
    page.wait_for_url("**/sign-in/?next=%2Fconsole%2Fconversations%2F*")


STARTS = """popup => [...new Set([...popup.querySelectorAll('.avatar, .label, .switch, .choices, .popup-item > svg')]
    .filter((each) => each.checkVisibility()).map((each) => each.getBoundingClientRect().left))]"""


def test_everything_in_the_account_menus_stands_on_one_edge(
    people: People, company: Company, new_context: NewContext
) -> None:
    page = signed_in(people, company, new_context())
    page.locator(".account-summary").click()
    assert len(page.locator(".account-popup").evaluate(STARTS)) == 1
    page.goto(f"{people.stack.url}/desk/")
    page.locator("#account-button").click()
    assert len(page.locator(".account-popup").evaluate(STARTS)) == 1


# --- filters ----------------------------------------------------------------------------------------------------------


def test_a_filter_applies_as_it_is_changed_and_is_saved_under_a_name(
    people: People, company: Company, new_context: NewContext
) -> None:
    page = signed_in(people, company, new_context(viewport=SIZES["desk"]))
    page.goto(f"{people.stack.url}/styleguide")
    search, rows, chips = page.locator("#id_q"), page.locator(ROWS), page.locator(".filter-chips .chip")
    search.press_sequentially("12", delay=30)
    expect(rows).to_have_count(9)
    search.press_sequentially("1")  # nothing of it is lost, and it goes on where it was
    expect(rows).to_have_count(1)
    expect(search).to_have_value("121")
    expect(search).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("第 1–1 条，共 1 条")
    expect(page.locator(".pager-per")).to_have_count(0)
    status = page.locator("#id_status")
    status.select_option(index=2)
    page.wait_for_url("**status=*")
    expect(chips).to_have_count(2)
    chips.last.press("Enter")
    expect(chips).to_have_count(1)
    expect(status).to_have_value("")
    expect(chips).to_be_focused()
    is_clean(page, "a list with chips")

    page.locator(".filter-chips .button").click()
    page.locator("#dialog [name=name]").fill("百二十一")
    page.locator("#dialog [name=is_default]").check()
    page.locator("#dialog [name=name]").press("Enter")
    current = page.locator("#saved-views [aria-current=true]")
    expect(current).to_contain_text("百二十一")
    is_clean(page, "a list with saved views")
    page.locator("#saved-views nav a").first.click()
    expect(rows).to_have_count(20)
    page.goto(f"{people.stack.url}/styleguide")
    page.wait_for_url("**/styleguide?q=121")
    expect(rows).to_have_count(1)
    page.go_back()
    page.wait_for_url("**/styleguide?all=")
    expect(rows).to_have_count(20)
