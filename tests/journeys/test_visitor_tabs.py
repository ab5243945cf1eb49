"""One visitor with the site open in several tabs: one customer, one conversation, and the tabs know of each other."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.eventually import eventually
from tests.journeys.people import People, Visitor, unique
from tests.journeys.stack import Company
from tests.journeys.test_foreign_sites import chat_in, launcher, open_host_page

NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })"  # as on plain http
COUNT_SOUNDS = """(() => {
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    top.postMessage("sound", "*");
    start.apply(this, when);
  };
  if (top !== window) return;
  window.sounds = 0;
  addEventListener("message", (event) => event.data === "sound" && window.sounds++);
})()"""
HostPage = Callable[[Company], str]


@pytest.fixture(params=["with locks", "without locks"])
def browser_of_carol(people: People, request: pytest.FixtureRequest) -> BrowserContext:
    """Her browser, of either kind."""
    context = people.new_context()
    if request.param == "without locks":
        context.add_init_script(NO_LOCKS)
    return context


def customers(people: People, company: Company) -> int:
    """How many the company has."""
    query = "select count(*) as n from customers_customer where tenant_id = %s"
    return int(people.stack.rows(query, company.tenant_id)[0]["n"])


def warm(page: Page) -> None:
    """The pointer comes near the button, which loads the frame."""
    launcher(page).hover()
    frame = page.locator("[id^='kefu-'] iframe").element_handle().content_frame()
    assert frame is not None
    # Polled from here: a hidden frame paints nothing, and so tells nothing by itself.
    eventually(lambda: bool(frame.evaluate("Boolean(document.querySelector('#more')?.onclick)")))


def see_one_conversation(people: People, company: Company, visitors: list[Visitor]) -> None:
    """Whatever was said in either tab is there, in both, also after a reload by the same visitor."""
    said = [visitor.say(unique("在哪")) for visitor in visitors]
    for visitor in visitors:
        visitor.sees(*said)
    assert len(people.events(company, "conversation.opened")) == 1


def test_a_frame_that_was_warmed_before_the_first_session_begins_as_the_same_visitor(
    people: People, company: Company, host_page: HostPage, browser_of_carol: BrowserContext
) -> None:
    address = host_page(company)
    one, other = open_host_page(browser_of_carol, address), open_host_page(browser_of_carol, address)
    before = customers(people, company)
    warm(other)
    launcher(one).click()
    carol = chat_in(one, company)
    question = carol.say(unique("第一页"))
    carol.state_of(question, "sent")
    launcher(other).click()
    again = chat_in(other, company)
    again.sees(question)
    see_one_conversation(people, company, [carol, again])
    one.reload()
    chat_in(one, company).sees(question)
    assert customers(people, company) == before + 1


def test_two_chats_opened_before_there_is_a_session_become_one_conversation(
    people: People, company: Company, host_page: HostPage, browser_of_carol: BrowserContext
) -> None:
    address = host_page(company)
    pages = [open_host_page(browser_of_carol, address) for _ in range(2)]
    for page in pages:
        warm(page)
    for page in pages:
        launcher(page).dispatch_event("click")
    see_one_conversation(people, company, [chat_in(page, company) for page in pages])


def test_a_public_page_opened_twice_at_once_becomes_one_conversation(
    people: People, company: Company, browser_of_carol: BrowserContext
) -> None:
    pages = [browser_of_carol.new_page() for _ in range(2)]
    for page in pages:
        page.goto(f"{people.stack.url}/chat/{company.channel}/", wait_until="commit")
    visitors = [Visitor(page) for page in pages]
    for page in pages:
        expect(page.locator("#banner")).to_be_hidden(timeout=15_000)
    see_one_conversation(people, company, visitors)


def test_signing_out_in_one_tab_reaches_the_others(people: People, company: Company, host_page: HostPage) -> None:
    context, address = people.new_context(), host_page(company)
    one, other = open_host_page(context, address), open_host_page(context, address)
    for page in (one, other):
        launcher(page).click()
    carol, again = chat_in(one, company), chat_in(other, company)
    question = carol.say(unique("私事"))
    again.sees(question)
    key = f"kefu:{company.channel}"
    # Both have kept by now that she talks: a browser may show what one tab keeps late to another.
    for page in (one, other):
        page.wait_for_function("(key) => JSON.parse(localStorage.getItem(key)).live", arg=key)
    one.evaluate("kefu('logout')")
    for page in (one, other):
        expect(chat_in(page, company).message(question)).to_have_count(0)
    saved = one.evaluate("(key) => JSON.parse(localStorage.getItem(key))", key)
    assert "seen" not in saved and "live" not in saved, saved
    chat_in(other, company).say(unique("新客"))
    eventually(lambda: len(people.events(company, "conversation.opened")) == 2)


def test_a_token_that_another_tab_writes_back_after_the_sign_out_is_nobodys(
    people: People, company: Company, host_page: HostPage, browser_of_carol: BrowserContext
) -> None:
    """What one tab had read before the sign-out, and stores after it."""
    address = host_page(company)
    one, other = (open_host_page(browser_of_carol, address) for _ in range(2))
    for page in (one, other):
        launcher(page).click()
    carol, again = chat_in(one, company), chat_in(other, company)
    question = carol.say(unique("私事"))
    again.sees(question)
    key = f"kefu:{company.channel}"
    read, write = "(key) => localStorage.getItem(key)", "([key, kept]) => localStorage.setItem(key, kept)"
    one.wait_for_function("(key) => JSON.parse(localStorage.getItem(key)).live", arg=key)
    kept = other.evaluate(read, key)
    one.evaluate("kefu('logout')")
    other.evaluate(write, [key, kept])
    eventually(lambda: json.loads(one.evaluate(read, key)).get("visitor") not in (None, json.loads(kept)["visitor"]))
    now = json.loads(one.evaluate(read, key))
    assert now["token"] != json.loads(kept)["token"]
    assert now["person"] != json.loads(kept)["person"]
    for page in (one, other):
        page.reload()
        expect(chat_in(page, company).message(question)).to_have_count(0)
    chat_in(other, company).say(unique("新客"))
    eventually(lambda: len(people.events(company, "conversation.opened")) == 2)
    talked = "select count(distinct customer_id) as n from conversations_conversation where tenant_id = %s"
    assert people.stack.value(talked, company.tenant_id) == 2


def test_what_one_tab_reads_leaves_the_badge_of_the_other(
    people: People, company: Company, host_page: HostPage
) -> None:
    li, context, address = people.agent(company), people.new_context(), host_page(company)
    one, other = open_host_page(context, address), open_host_page(context, address)
    launcher(one).click()
    carol = chat_in(one, company)
    li.open(carol.say(unique("两页")))
    launcher(one).click()
    badges = [page.locator("[id^='kefu-'] button.b i") for page in (one, other)]
    answer = li.say(unique("好"))
    for badge in badges:
        expect(badge).to_have_text("1")
    launcher(other).click()
    chat_in(other, company).sees(answer)
    for badge in badges:
        expect(badge).to_be_hidden()


def test_of_all_tabs_one_rings_and_many_messages_ring_once(
    people: People, company: Company, host_page: HostPage
) -> None:
    li, context, address = people.agent(company), people.new_context(), host_page(company)
    context.add_init_script(COUNT_SOUNDS)
    pages = [open_host_page(context, address) for _ in range(2)]
    for page in pages:
        launcher(page).click()
        chat_in(page, company).input.click()
        chat_in(page, company).input.press("a")
    li.open(chat_in(pages[0], company).say(unique("响")))
    for page in pages:
        launcher(page).click()
    for _ in range(4):
        li.say(unique("答"))

    def sounds() -> Any:
        return sum(page.evaluate("window.sounds") for page in pages)

    eventually(lambda: sounds() == 2)  # two tones are one sound
    pages[0].wait_for_timeout(1500)
    assert sounds() == 2
