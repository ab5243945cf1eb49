"""What a site does with its own page (it replaces it, scrolls it, renames it, moves on) and the chat in it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.eventually import eventually
from tests.journeys.people import People, unique
from tests.journeys.stack import Company
from tests.journeys.test_foreign_sites import chat_in, launcher, open_host_page

HostPage = Callable[[Company], str]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
REPLACE = {
    "the body is another one": """() => {
      const body = document.createElement("body");
      body.append(document.createElement("h1"));
      document.documentElement.replaceChild(body, document.body);
    }""",
    "the body is written anew": "() => { document.body.innerHTML = '<h1></h1>' }",
    "everything is written anew": "() => { document.documentElement.innerHTML = '<body><h1></h1></body>' }",
}
# As some sites do: a page come back to is drawn as the server gives it.
RENEWING = """() => {
  const fresh = '<h1></h1><input id="order" size="1">';
  document.body.innerHTML = fresh;
  window.renewed = 0;
  history.replaceState({ site: 1 }, "");
  addEventListener("popstate", ({ state }) => {
    if (!state || !state.site) return;
    window.renewed++;
    document.body.innerHTML = fresh;
  });
}"""


def panel(page: Page) -> Any:
    """The chat, where it is open."""
    return page.locator("[id^='kefu-'] iframe")


@pytest.fixture
def desktop(people: People, company: Company, host_page: HostPage) -> Page:
    """The site in a window of an ordinary computer."""
    return open_host_page(people.new_context(viewport={"width": 1280, "height": 800}), host_page(company))


@pytest.fixture
def phone(people: People, company: Company, host_page: HostPage) -> Page:
    """The site on a phone, come to from another page."""
    address = host_page(company)
    page = people.new_context(**PHONE).new_page()
    page.goto(f"{address}other")
    page.goto(address)
    expect(launcher(page)).to_be_visible()
    return page


@pytest.mark.parametrize("change", REPLACE)
def test_the_chat_outlives_the_page_it_stands_in(desktop: Page, company: Company, change: str) -> None:
    launcher(desktop).click()
    question = chat_in(desktop, company).say(unique("还在吗"))
    chat_in(desktop, company).state_of(question, "sent")
    desktop.evaluate(REPLACE[change])
    expect(panel(desktop)).to_be_visible()
    eventually(lambda: question in chat_in(desktop, company).log())
    chat_in(desktop, company).say(unique("在"))


def test_an_open_chat_stays_open_on_the_next_page_and_a_closed_one_closed(desktop: Page, company: Company) -> None:
    launcher(desktop).click()
    question = chat_in(desktop, company).say(unique("下一页"))
    desktop.reload()
    expect(panel(desktop)).to_be_visible()
    chat_in(desktop, company).sees(question)
    assert desktop.evaluate("document.activeElement === document.body"), "nobody asked for the cursor"
    launcher(desktop).click()
    desktop.reload()
    expect(launcher(desktop)).to_be_visible()
    expect(panel(desktop)).to_be_hidden()


def test_what_is_written_in_is_never_lower_than_a_line(desktop: Page, company: Company) -> None:
    launcher(desktop).click()
    carol = chat_in(desktop, company)
    carol.state_of(carol.say(unique("高")), "sent")
    carol.write("一行\n两行\n三行".replace("\n", " " * 60))
    tall = carol.input.bounding_box()
    launcher(desktop).click()
    desktop.reload()
    expect(launcher(desktop)).to_be_visible()
    frame = "Boolean(document.querySelector(\"[id^='kefu-']\").shadowRoot.querySelector('iframe'))"
    eventually(lambda: desktop.evaluate(frame))  # not wait_for_function, which the page's policy forbids
    launcher(desktop).click()
    shown = chat_in(desktop, company).input.bounding_box()
    assert tall is not None and shown is not None
    assert shown["height"] == pytest.approx(tall["height"], abs=1)
    assert shown["height"] > 60
    chat_in(desktop, company).input.fill("")
    empty = chat_in(desktop, company).input.bounding_box()
    assert empty is not None and empty["height"] >= 38


def test_links_within_a_page_and_its_own_ways_back_leave_the_chat_open(desktop: Page) -> None:
    launcher(desktop).click()
    desktop.evaluate("() => { location.hash = 'tea' }")
    desktop.evaluate("history.pushState(null, '', '/route')")
    desktop.evaluate("history.back()")
    desktop.wait_for_url("**/#tea")
    desktop.wait_for_timeout(200)
    expect(panel(desktop)).to_be_visible()


def test_a_sites_own_scroll_lock_is_left_and_put_back(desktop: Page, phone: Page) -> None:
    overflow = "document.documentElement.style.overflow"
    desktop.evaluate(f"() => {{ {overflow} = 'hidden' }}")
    launcher(desktop).click()
    desktop.set_viewport_size({"width": 1100, "height": 700})
    launcher(desktop).click()
    assert desktop.evaluate(overflow) == "hidden"
    phone.evaluate(f"() => {{ {overflow} = 'clip' }}")
    phone.evaluate("kefu('open')")
    assert phone.evaluate(overflow) == "hidden"
    phone.evaluate("kefu('close')")
    assert phone.evaluate(overflow) == "clip"


def test_a_title_that_begins_with_a_number_is_the_sites_own(desktop: Page) -> None:
    desktop.evaluate("() => { document.title = '(2024) Sale of the year' }")
    launcher(desktop).click()
    launcher(desktop).click()
    assert desktop.title() == "(2024) Sale of the year"


def test_a_phone_closes_without_leaving_where_the_site_has_gone(phone: Page) -> None:
    launcher(phone).tap()
    expect(panel(phone)).to_be_visible()
    phone.evaluate("history.pushState(null, '', '/route')")
    phone.evaluate("kefu('close')")
    phone.wait_for_timeout(300)
    assert phone.url.endswith("/route")


def test_a_phone_that_closes_the_chat_is_where_it_was_and_goes_back_from_there(phone: Page) -> None:
    launcher(phone).tap()
    length = phone.evaluate("history.length")
    phone.evaluate("kefu('close')")
    launcher(phone).tap()
    assert phone.evaluate("history.length") == length
    phone.go_back(wait_until="commit")
    expect(panel(phone)).to_be_hidden()
    phone.go_back()
    assert phone.url.endswith("/other")


@pytest.mark.parametrize("way", ["button", "back key"])
def test_what_was_typed_into_a_site_that_renews_its_pages_outlives_the_chat(
    phone: Page, company: Company, way: str
) -> None:
    phone.evaluate(RENEWING)
    phone.locator("#order").fill("两斤龙井")
    launcher(phone).tap()
    expect(chat_in(phone, company).input).to_be_visible()
    if way == "button":
        chat_in(phone, company).page.locator("#close").tap()
    else:
        phone.go_back(wait_until="commit")
    expect(panel(phone)).to_be_hidden()
    phone.wait_for_timeout(300)  # a way back comes a moment later
    expect(phone.locator("#order")).to_have_value("两斤龙井")
    assert phone.evaluate("renewed") == 0


def test_where_a_button_closed_the_chat_the_back_key_goes_one_page_back(phone: Page) -> None:
    phone.evaluate(RENEWING)
    phone.evaluate("history.pushState({ site: 2 }, '', '/second')")
    launcher(phone).tap()
    launcher(phone).evaluate("() => kefu('close')")
    phone.go_back(wait_until="commit")
    eventually(lambda: phone.evaluate("location.pathname") == "/")
    assert phone.evaluate("[history.state.site, renewed]") == [1, 1]
    phone.evaluate("history.pushState({ site: 3 }, '', '/third')")
    launcher(phone).tap()
    launcher(phone).evaluate("() => kefu('close')")
    phone.evaluate("history.pushState({ site: 4 }, '', '/fourth')")
    phone.wait_for_timeout(1200)  # where the page is, is looked at once a second
    phone.evaluate("history.go(-2)")
    eventually(lambda: phone.evaluate("renewed") == 2)
    assert phone.evaluate("[location.pathname, history.state.site]") == ["/third", 3], "the site hears of its own ways"


def test_open_close_open_in_one_breath_is_open(phone: Page) -> None:
    phone.evaluate("kefu('open'); kefu('close'); kefu('open')")
    phone.wait_for_timeout(500)
    expect(panel(phone)).to_be_visible()
    phone.go_back(wait_until="commit")
    expect(panel(phone)).to_be_hidden()
    assert not phone.url.endswith("/other")


def test_a_phone_that_lies_down_shows_the_chat_on_the_whole_screen(
    people: People, company: Company, host_page: HostPage
) -> None:
    context = people.new_context(viewport={"width": 844, "height": 390}, is_mobile=True, has_touch=True)
    page = open_host_page(context, host_page(company))
    launcher(page).tap()
    box = panel(page).bounding_box()
    assert box is not None
    assert [round(box[side]) for side in ("x", "y", "width", "height")] == [0, 0, 844, 390]


def test_a_body_that_is_moved_does_not_take_the_button_along(desktop: Page) -> None:
    before = launcher(desktop).bounding_box()
    desktop.evaluate("() => { document.body.style.transform = 'translate(50px, -50px)' }")
    assert launcher(desktop).bounding_box() == before


def test_the_desk_follows_the_page_that_the_visitor_looks_at(people: People, company: Company, desktop: Page) -> None:
    li = people.agent(company)
    launcher(desktop).click()
    li.open(chat_in(desktop, company).say(unique("这件")))
    seen = li.page.locator("#customer")
    expect(seen).to_contain_text("别人的网站")
    desktop.evaluate("() => { history.pushState(null, '', '/tea'); document.title = '茶' }")
    expect(seen.get_by_role("link", name="茶")).to_have_attribute("href", desktop.url)
    desktop.evaluate("() => { document.title = '(2) 杯' }")
    expect(seen).to_contain_text("(2) 杯")
    desktop.goto(desktop.url.replace("/tea", "/"))
    expect(seen).to_contain_text("别人的网站")


def test_a_title_that_is_too_long_is_not_cut_within_an_emoji(desktop: Page, company: Company) -> None:
    desktop.evaluate("() => { document.title = 'a'.repeat(499) + '😀' + String.fromCharCode(0xd800) }")
    launcher(desktop).click()
    carol = chat_in(desktop, company)
    carol.state_of(carol.say(unique("长")), "sent")


def test_emoji_and_the_question_of_ending_close_when_they_are_answered(desktop: Page, company: Company) -> None:
    launcher(desktop).click()
    carol = chat_in(desktop, company)
    carol.state_of(carol.say(unique("开始")), "sent")
    carol.page.locator("#emoji").click()
    carol.page.locator("#faces button").first.click()
    expect(carol.page.locator("#faces")).to_be_hidden()
    carol.page.locator("#more").click()
    carol.page.locator("#end").click()
    expect(carol.page.locator("#ending")).to_be_visible()
    carol.input.press("Enter")
    expect(carol.page.locator("#ending")).to_be_hidden()
    carol.sees("😀")
