"""Without a mouse, and with an input method."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.eventually import eventually
from tests.journeys.console import at_console, promote
from tests.journeys.people import AgentAtDesk, People, unique
from tests.journeys.stack import Company
from tests.journeys.test_foreign_sites import chat_in, launcher, open_host_page

CAP = "update accounts_agent set max_concurrent = %s where tenant_id = %s"


def accept_above_the_cap(li: AgentAtDesk) -> None:
    """Asked, and meant."""
    li.tab.keyboard.press("Alt+a")
    expect(li.page.locator("#above-dialog")).to_be_visible()
    li.tab.keyboard.press("Enter")


def test_an_agent_accepts_finds_the_longest_wait_and_answers_by_keys(people: People, company: Company) -> None:
    people.stack.change(CAP, 0, company.tenant_id)
    li = people.agent(company)
    keys = li.tab.keyboard
    first, second = people.visitor(company), people.visitor(company)
    early = first.say(unique("早来"))
    first.state_of(early, "sent")
    late = second.say(unique("晚来"))
    expect(li.page.locator("#count-queue")).to_have_text("2")
    accept_above_the_cap(li)
    li.sees(early)
    expect(li.input).to_be_focused()
    li.load("1/0")
    accept_above_the_cap(li)
    li.sees(late)
    expect(li.rows).to_have_count(2)
    keys.press("Alt+u")
    li.sees(early)
    li.page.locator("#log").focus()
    keys.press("Alt+r")
    expect(li.input).to_be_focused()
    answer = unique("马上")
    keys.type(answer)
    keys.press("Enter")
    first.sees(answer)
    keys.press("Alt+u")
    li.sees(late)
    expect(li.rows.first).to_contain_text(late)  # the order rests while keys are pressed, then who waits comes first
    keys.press("Alt+ArrowDown")
    li.sees(early)
    keys.press("Alt+n")
    expect(li.page.locator("#composer")).to_have_attribute("data-mode", "note")
    assert len(people.events(company, "message.posted")) == 5  # two welcomes, two questions, one answer


def test_after_a_question_of_a_rows_menu_the_keyboard_is_where_it_was(
    people: People, company: Company, new_context: Callable[..., BrowserContext]
) -> None:
    page = at_console(people, promote(people.stack, company, "supervisor"), new_context(), "/console/agents/")
    menu = page.locator("tbody .row-menu summary").first
    menu.focus()
    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(menu).to_be_focused()


def compose(page: Page) -> None:
    """An input method at work: candidates under the cursor, then the Enter that confirms one of them."""
    tools = page.context.new_cdp_session(page)
    tools.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    key = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    tools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
    page.keyboard.press("Enter")
    tools.send("Input.insertText", {"text": "你好"})


LATE_ENTER = """(input) => {
  input.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
  input.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 13, bubbles: true, cancelable: true }));
}"""


def test_the_enter_that_confirms_a_candidate_sends_nothing(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    opening = carol.say(unique("开始"))
    li.open(opening)
    li.sees(opening)
    before = people.stored(company, notes=True)
    for person in (carol, li):
        person.input.focus()
        compose(person.tab)
        assert "你好" in person.input.input_value()
        person.input.evaluate(LATE_ENTER)  # Safari reports the key after the end of the composition
        assert "你好" in person.input.input_value()
        assert len(person.log()) == len(before)
    assert people.stored(company, notes=True) == before
    for person in (carol, li):
        person.input.fill(unique("真的"))
        eventually(lambda tab=person.tab: tab.evaluate("performance.now() > 50"))  # type: ignore[misc]
        person.input.press("Enter")
    people.agree(company, [carol], [li])
    assert len(people.stored(company, notes=True)) == len(before) + 2


def test_escape_closes_the_chat_and_the_focus_returns(
    people: People, company: Company, host_page: Callable[[Company], str]
) -> None:
    page = open_host_page(people.new_context(), host_page(company))
    launcher(page).focus()
    page.keyboard.press("Enter")
    carol = chat_in(page, company)
    expect(carol.input).to_be_focused()
    expect(launcher(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(page.locator("[id^='kefu-'] iframe")).to_be_hidden()
    expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    focused = "document.querySelector(`[id^='kefu-']`).shadowRoot.activeElement?.tagName"
    eventually(lambda: page.evaluate(focused) == "BUTTON")
