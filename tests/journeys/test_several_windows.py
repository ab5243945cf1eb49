"""One person in two windows: both show the same, whatever happens in either."""

from playwright.sync_api import expect

from tests.journeys.people import People, unique
from tests.journeys.stack import Company


def test_two_tabs_of_an_agent_and_two_pages_of_a_visitor_stay_equal(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    li.open(carol.say(unique("开始")))
    page = li.tab.context.new_page()
    page.goto(f"{people.stack.url}/desk/")
    other_desk = type(li)(page)
    other_desk.has_status("online")
    other_desk.open("开始")
    other_page = people.visitor(company, context=carol.tab.context)
    said = [carol.say(unique("一")), other_page.say(unique("二")), li.say(unique("三")), other_desk.say(unique("四"))]
    for person in (li, other_desk, carol, other_page):
        person.sees(*said)
    other_desk.recall(said[2])
    other_page.recall(said[0])
    for person in (li, other_desk, carol, other_page):
        expect(person.page.locator("#log .recalled")).to_have_count(2)
    people.agree(company, [carol, other_page], [li, other_desk])
    other_page.end()
    for desk in (li, other_desk):
        expect(desk.page.locator("#read-only")).to_be_visible()
        expect(desk.rows).to_have_count(0)
        desk.load("0/10")
    assert len(people.events(company, "conversation.opened")) == 1


def test_what_one_tab_reads_is_read_in_the_other(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    carol.say(unique("未读"))
    page = li.tab.context.new_page()
    page.goto(f"{people.stack.url}/desk/")
    badge = page.locator("#rows-active .row-badge")
    expect(badge).to_have_text("1")
    li.open("未读")
    expect(badge).to_have_text("")
