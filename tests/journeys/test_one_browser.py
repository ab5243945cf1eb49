"""One browser, one session: what windows that were left open show when somebody signs out or in."""

from playwright.sync_api import expect

from tests.journeys.network import Proxy
from tests.journeys.people import People, unique
from tests.journeys.stack import Company


def test_a_window_left_open_never_becomes_the_desk_of_somebody_else(
    people: People, company: Company, proxy: Proxy
) -> None:
    li, carol = people.agent(company, url=proxy.url), people.visitor(company)
    question = carol.say(unique("秘密"))
    li.open(question)
    li.sees(question)
    proxy.cut(stay=True)
    held = li.say(unique("没有发出"))
    li.state_of(held, "queued", within=15)
    li.tab.context.clear_cookies()
    people.agent(company, "1002", context=li.tab.context)
    proxy.heal()
    expect(li.page.locator("#sign-in-dialog")).to_be_visible(timeout=40_000)
    expect(li.page.locator("#status-label")).to_be_hidden()
    assert held not in people.stored(company, notes=True)


def test_after_a_sign_out_the_other_windows_show_nothing_of_customers(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    question = carol.say(unique("我的地址"))
    li.open(question)
    other = li.tab.context.new_page()
    other.goto(f"{people.stack.url}/desk/")
    expect(other.locator("#rows-active .row-link")).to_be_visible()
    carol.say(unique("在吗"))
    expect(other.locator("#rows-active .row-badge")).to_have_text("1")
    li.page.locator("#account-button").click()
    li.page.locator("#sign-out-form button").click()
    li.page.locator("#leave-keep").click()
    expect(other.locator("#sign-in-dialog")).to_be_visible()
    expect(other.locator("#rows-active .row-link")).to_be_hidden()
    assert question not in other.locator("body").inner_text()
    assert "(" not in other.title()


def test_who_is_offline_is_told_so_and_goes_online_at_once(people: People, company: Company) -> None:
    li = people.agent(company)
    bar = li.page.locator("#offline-bar")
    expect(bar).to_be_hidden()
    li.page.locator("#status-button").click()
    li.page.locator('[data-set-status="offline"]').click()
    expect(bar).to_be_visible()
    li.page.locator("#go-online").click()
    li.has_status("online")
    expect(bar).to_be_hidden()
