"""A colleague is named in a private note, is told at the desk, and finds the place."""

from playwright.sync_api import expect

from tests.journeys.console import promote
from tests.journeys.people import People, unique
from tests.journeys.stack import Company


def test_who_is_named_in_a_note_finds_the_place(people: People, company: Company) -> None:
    promote(people.stack, company, "supervisor")
    li, boss, carol = people.agent(company), people.agent(company, "1002", online=False), people.visitor(company)
    li.open(carol.say(unique("退款多久到账")))
    li.tab.locator("#note-toggle").click()
    li.write("请 @")
    options = li.page.locator("#mention-list li")
    expect(options.filter(has_text="小王")).to_be_visible()
    expect(options.first).to_have_attribute("aria-selected", "true")
    li.write("没有这个人")
    expect(options).to_have_count(0)
    li.input.fill("")
    li.write(words := unique("请 "))
    li.write(" @小王")
    expect(options.first).to_be_visible()
    li.input.press("Tab")
    expect(li.input).to_have_value(f"{words} @小王 ")
    li.input.press("Enter")
    expect(li.page.locator("#log .mention")).to_have_text("@小王")
    menu = boss.page.locator("#mention-button")
    expect(boss.page.locator(".toast")).to_contain_text("@小王")
    expect(menu).to_contain_text("1")
    boss.tab.reload()
    menu.click()
    boss.page.locator(".mention-note").click()
    expect(boss.page.locator("#log .message.note.hit .mention-me")).to_have_text("@小王")
    expect(menu).to_be_hidden()
    boss.tab.reload()
    boss.has_status("online")
    expect(menu).to_be_hidden()
    assert not [text for text in carol.log() if words in text]
