"""What was written is found again at the desk, by keys, and opened where it stands."""

from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Request, expect

from tests.eventually import eventually
from tests.journeys.people import AgentAtDesk, People, unique
from tests.journeys.stack import Company
from tests.journeys.test_accessible import fits, is_clean

ADDRESS = "/api/desk/search"
MANY = 120  # messages after the one that is looked for: more than two pages
COMPOSED = {"selectionStart": 2, "selectionEnd": 2, "replacementStart": 0, "replacementEnd": 0}


def search_for(agent: AgentAtDesk, words: str) -> Any:
    """Opens the search, types, and asks again until something is found: the sweep takes some seconds."""
    if not agent.page.locator("#search-dialog").is_visible():
        agent.tab.keyboard.press("Control+k")
    found = agent.page.locator("#search-results [role=option]")
    agent.page.fill("#search-input", "")
    agent.page.fill("#search-input", words)
    expect(agent.page.locator("#search-results, #search-none").locator("visible=true")).to_have_count(1)
    return found


def found_at_last(agent: AgentAtDesk, words: str) -> Any:
    """`search_for`, until there is something."""
    expect(agent.page.locator("#toasts")).to_be_attached()
    for _again in range(60):
        found = search_for(agent, words)
        if found.count():
            return found
    raise AssertionError(f"{words} is not found")


def test_a_message_is_found_and_opened_in_its_place(people: People, company: Company) -> None:
    carol, bob = people.visitor(company), people.agent(company)
    wanted = carol.say(unique("孔雀石手链"))
    bob.open(wanted)
    for number in range(MANY):
        carol.write(f"第 {number} 条")
    last = carol.say(unique("最后一条"))
    bob.sees(last)
    found = found_at_last(bob, wanted[:4])
    expect(found.first.locator("mark")).to_have_text(wanted[:4])
    is_clean(bob.tab, "search")
    fits(bob.tab, "search")
    bob.tab.keyboard.press("Enter")
    expect(bob.page.locator("#search-dialog")).to_be_hidden()
    expect(bob.message(wanted)).to_be_in_viewport()


def test_pictures_that_arrive_lead_nobody_away_from_what_was_found(
    people: People, company: Company, tmp_path: Path
) -> None:
    carol, bob = people.visitor(company), people.agent(company)
    wanted, picture = carol.say(unique("青花盖碗")), tmp_path / "long.png"
    Image.effect_noise((300, 2000), 40).save(picture)
    for _ in range(5):
        carol.attach(picture)
    expect(bob.rows).to_have_count(1)
    found_at_last(bob, wanted)
    bob.tab.keyboard.press("Enter")
    loaded = "() => [...document.querySelectorAll('#log .picture img')].filter((image) => image.naturalWidth).length"
    eventually(lambda: bob.page.evaluate(loaded) == 5)
    bob.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(bob.message(wanted)).to_be_in_viewport()


def test_what_searches_is_asked_for_again_where_it_did_not_come(people: People, company: Company) -> None:
    """The dialog opens at once; what was typed meanwhile is searched for."""
    bob = people.agent(company)
    bob.tab.route("**/search/dialog*.js*", lambda route: route.abort())
    bob.tab.keyboard.press("Control+k")
    expect(bob.page.locator("#search-failed")).to_be_visible()
    bob.page.fill("#search-input", unique("丢了的词"))
    bob.tab.unroute("**/search/dialog*.js*")
    bob.page.click("#search-again")
    expect(bob.page.locator("#search-none")).to_be_visible()
    expect(bob.page.locator("#search-failed")).to_be_hidden()


def test_a_recalled_message_is_not_found_any_more(people: People, company: Company) -> None:
    carol, bob = people.visitor(company), people.agent(company)
    bob.open(carol.say(unique("在吗")))
    mistaken = bob.say(unique("错发的价目"))
    carol.sees(mistaken)
    found_at_last(bob, mistaken)
    bob.tab.keyboard.press("Escape")
    expect(bob.page.locator("#search-dialog")).to_be_hidden()
    bob.recall(mistaken)
    expect(search_for(bob, mistaken)).to_have_count(0)


def test_nothing_is_asked_while_an_input_method_composes(people: People, company: Company) -> None:
    bob = people.agent(company)
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    bob.tab.on("request", note)
    bob.page.locator("#search-button").click()
    expect(bob.page.locator("#search-input")).to_be_focused()
    session = bob.tab.context.new_cdp_session(bob.tab)
    for text in ("t", "tu", "tui", "tuik", "tuikuan"):
        session.send("Input.imeSetComposition", {"text": text, **COMPOSED, "selectionStart": len(text),
                     "selectionEnd": len(text)})  # fmt: skip
        bob.tab.wait_for_timeout(100)
    assert [request.url for request in asked if ADDRESS in request.url] == []
    with bob.tab.expect_response("**/api/desk/search?*"):
        session.send("Input.insertText", {"text": "退款"})
    assert len([request.url for request in asked if ADDRESS in request.url]) == 1
