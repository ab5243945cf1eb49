"""What one writes: drafts, chosen files, lines, and where a file may fall."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.eventually import eventually
from tests.journeys.people import AgentAtDesk, People, Visitor, unique
from tests.journeys.stack import Company

DROP = """(node) => {
  const data = new DataTransfer();
  data.items.add(new File(["%PDF-1.4"], "fallen.pdf", { type: "application/pdf" }));
  return ["dragover", "drop"].map((name) => {
    const event = new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: data });
    node.dispatchEvent(event);
    return event.defaultPrevented;
  });
}"""


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A small picture."""
    path = tmp_path / "chosen.png"
    Image.new("RGB", (32, 20), "#1a56db").save(path)
    return path


def second_window(people: People, li: AgentAtDesk) -> AgentAtDesk:
    page = li.tab.context.new_page()
    page.goto(f"{people.stack.url}/desk/")
    other = AgentAtDesk(page)
    other.has_status("online")
    other.open()
    return other


def chips(person: AgentAtDesk) -> Locator:
    return person.page.locator("#composer-files li")


def test_a_draft_that_was_sent_in_one_window_leaves_the_other(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    question = carol.say(unique())
    li.open(question)
    answer = unique("写了一半")
    li.write(answer)
    other = second_window(people, li)
    expect(other.input).to_have_value(answer)
    li.write("!")
    expect(other.input).to_have_value(f"{answer}!")
    li.input.press("Enter")
    expect(other.input).to_have_value("")
    li.write("甲")
    other.input.fill("乙")
    expect(li.input).to_have_value("乙")
    carol.sees(f"{answer}!")


def test_chosen_files_stay_with_their_conversation_and_its_notes(
    people: People, company: Company, picture: Path
) -> None:
    li, carol, dora = people.agent(company), people.visitor(company), people.visitor(company)
    first, second = carol.say(unique("甲")), dora.say(unique("乙"))
    li.open(first)
    li.page.locator("#image-input").set_input_files(picture)
    expect(chips(li)).to_have_count(1)
    li.page.locator("#note-toggle").click()
    expect(chips(li)).to_have_count(0)
    li.open(second)
    expect(chips(li)).to_have_count(0)
    expect(li.rows.filter(has_text="chosen.png")).to_have_count(1)
    li.rows.filter(has_text="chosen.png").click()
    expect(chips(li)).to_have_count(1)
    li.input.press("Enter")
    carol.sees("image chosen.png")
    assert dora.log()[-1] == second


def test_a_file_that_falls_beside_its_place_does_not_open(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    carol.say(unique())
    for place in (".top", "#lists", "#panel", "#pane"):
        assert li.page.locator(place).evaluate(DROP) == [True, True], place
    li.open()
    li.page.locator("#log").evaluate(DROP)
    expect(chips(li)).to_have_text(["fallen.pdf8 B"])
    carol.page.locator("#text").evaluate("(input) => { input.disabled = true }")
    assert carol.page.locator("#log").evaluate(DROP) == [True, True]


def phone(people: People) -> Page:
    context = people.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    return context.new_page()


def test_on_a_phone_enter_makes_a_new_line_and_the_button_sends(people: People, company: Company) -> None:
    page = phone(people)
    page.goto(f"{people.stack.url}/chat/{company.channel}/")
    carol = Visitor(page)
    expect(page.locator("#banner")).to_be_hidden(timeout=15_000)
    carol.write("第一行")
    carol.input.press("Enter")
    carol.write("第二行")
    assert carol.input.get_attribute("enterkeyhint") == "enter"
    page.locator("#send").tap()
    carol.sees("第一行\n第二行")


DIRECTION = "(node) => getComputedStyle(node).direction"


def test_what_is_written_from_right_to_left_reads_so_in_every_place(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    question = unique("שלום")
    carol.write(question)
    assert carol.input.evaluate(DIRECTION) == "rtl"
    li.open(carol.say(question))
    assert li.rows.first.locator(".row-last").evaluate(DIRECTION) == "rtl"
    li.write(answer := unique("תודה"))
    assert li.input.evaluate(DIRECTION) == "rtl"
    li.say(answer)
    for person, text in ((carol, question), (carol, answer), (li, question), (li, answer)):
        person.sees(text)
        assert person.page.get_by_text(text, exact=True).last.evaluate(DIRECTION) == "rtl"
    assert li.page.locator("#transfer-note").get_attribute("dir") == "auto"
    li.write("plain")
    assert li.input.evaluate(DIRECTION) == "ltr"


FROM_THE_END = "(log) => log.scrollHeight - log.scrollTop - log.clientHeight"


def test_the_last_line_stays_in_view_when_a_chosen_file_takes_room(
    people: People, company: Company, picture: Path
) -> None:
    li = people.agent(company, viewport={"width": 1440, "height": 700})
    carol = people.visitor(company, viewport={"width": 390, "height": 664})
    li.open(carol.say(unique()))
    for _ in range(9):
        carol.sees(li.say(unique("还有一些\n空行")))
    for person, picker, chosen in ((carol, "#picker", "#tray li"), (li, "#image-input", "#composer-files li")):
        log = person.page.locator("#log")
        eventually(lambda log=log: log.evaluate(FROM_THE_END) < 2)  # type: ignore[misc]
        person.page.locator(picker).set_input_files(picture)
        expect(person.page.locator(chosen)).to_have_count(1)
        eventually(lambda log=log: log.evaluate(FROM_THE_END) < 2)  # type: ignore[misc]
        person.page.wait_for_function("() => new Promise((done) => requestAnimationFrame(() => done(true)))")
        assert log.evaluate(FROM_THE_END) < 2
