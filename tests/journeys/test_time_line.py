"""A customer who comes back: what stood before is read in one time line, by wheel and by card."""

import wave
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.eventually import eventually
from tests.journeys.people import People, unique
from tests.journeys.stack import Company


def test_what_was_said_before_stands_above(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    li.open(first := carol.say(unique("上次的事")))
    answer = li.say(unique("上次的答复"))
    carol.sees(answer)
    carol.end()
    expect(li.page.locator("#read-only")).to_be_visible()
    li.open(second := carol.say(unique("又来了")))
    li.sees(second)
    assert first not in li.log()
    expect(li.page.locator(".past")).to_have_count(1)
    li.page.locator("#log").hover()
    li.tab.mouse.wheel(0, -200)
    eventually(lambda: li.log()[-3:] == [first, answer, second])
    li.tab.reload()
    li.sees(second)
    li.page.locator("button.earlier-card").click()
    li.sees(first, answer)
    expect(li.page.locator("#newest-button, .message.hit").first).to_be_visible()
    third = carol.say(unique("还在吗"))
    li.page.locator("#log").hover()
    li.tab.mouse.wheel(0, 2000)
    eventually(lambda: li.log()[-2:] == [second, third])
    expect(li.page.locator("#newest-button")).to_be_hidden()


def test_a_picture_opens_over_the_desk_and_sound_is_played(people: People, company: Company, tmp_path: Path) -> None:
    picture, sound = tmp_path / "a.png", tmp_path / "a.wav"
    Image.new("RGB", (1600, 1000), "teal").save(picture)
    with wave.open(str(sound), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        file.writeframes(b"\0\1" * 16_000)
    li, carol = people.agent(company), people.visitor(company)
    li.open(carol.say(unique("看图")))
    carol.attach(picture)
    li.page.locator("#log a.picture").click()
    viewer = li.page.locator("#viewer-dialog")
    expect(viewer.locator("img:not(.coming)")).to_be_visible()
    expect(viewer.locator(".viewer-place")).to_have_text("1 / 1")
    li.tab.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    assert len(li.tab.context.pages) == 1
    carol.attach(sound)
    for person in (li, carol):
        expect(person.page.locator("#log audio")).to_have_js_property("duration", 2)
