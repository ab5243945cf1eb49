"""The desk as an agent works at it: what is handed over, what the clocks mean, pictures, phones."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.eventually import eventually
from tests.journeys.people import AgentAtDesk, People, unique
from tests.journeys.stack import Company

BOXES = """(image) => {
  const { width, height } = image.getBoundingClientRect();
  return [width, height, image.closest(".bubble").getBoundingClientRect().width];
}"""
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def large_picture(tmp_path: Path) -> Path:
    """As cameras make them."""
    path = tmp_path / "camera.jpg"
    Image.effect_noise((1600, 1060), 40).convert("RGB").save(path)
    return path


@pytest.fixture
def long_picture(tmp_path: Path) -> Path:
    """A whole page, as phones take it."""
    path = tmp_path / "long.png"
    Image.new("RGB", (300, 4000), "#1a56db").save(path)
    return path


def holder_and_colleague(people: People, company: Company) -> tuple[AgentAtDesk, AgentAtDesk, str, str]:
    """Two agents of whom the first got the only conversation, and their names."""
    li, wang = people.agent(company), people.agent(company, "1002")
    eventually(lambda: li.rows.count() + wang.rows.count() == 1)
    return (li, wang, "小李", "小王") if li.rows.count() else (wang, li, "小王", "小李")


def test_a_conversation_that_was_handed_over_is_seen(people: People, company: Company) -> None:
    carol = people.visitor(company)
    first = carol.say(unique("想退货"))
    holder, colleague, giver, taker = holder_and_colleague(people, company)
    holder.open(first)
    carol.sees(holder.say(unique("我请同事来")))
    own = people.visitor(company)
    question = own.say(unique("自己的"))
    eventually(lambda: colleague.rows.count() == 1)
    colleague.open(question)
    colleague.tab.mouse.move(700, 400)  # rows do not move under the hand
    why = unique("请继续跟进")
    holder.transfer(taker, why)
    toast = colleague.page.locator(".toast").filter(has_text=giver)
    expect(toast).to_contain_text(why)
    row = colleague.rows.first
    expect(row).to_contain_text(why)
    expect(row.locator(".row-state")).to_contain_text(giver)
    expect(row.locator(".row-badge")).to_have_text("1")
    colleague.tab.reload()
    colleague.has_status("online")
    expect(colleague.rows.first.locator(".row-state")).to_contain_text(giver)
    colleague.rows.first.click()
    colleague.sees(first, why)
    expect(colleague.page.locator("#rows-active .row-state:visible")).to_have_count(0)
    expect(colleague.page.locator("#rows-active .badge")).to_have_count(0)
    expect(holder.page.locator("#read-only-text")).to_contain_text(taker)


def test_what_a_colleague_never_saw_before_is_seen_when_handed_over(people: People, company: Company) -> None:
    carol = people.visitor(company)
    first = carol.say(unique("想换货"))
    holder, colleague, giver, taker = holder_and_colleague(people, company)
    holder.open(first)
    why = unique("请换一件")
    holder.transfer(taker, why)
    row = colleague.rows.first
    expect(row.locator(".row-state")).to_contain_text(giver)
    expect(row.locator(".row-badge")).to_have_text("1")
    elsewhere = people.agent(company, "1002" if taker == "小王" else "1001", **PHONE)
    expect(elsewhere.rows.first.locator(".row-state")).to_contain_text(giver)
    expect(elsewhere.rows.first.locator(".row-badge")).to_have_text("1")
    row.click()
    colleague.sees(first, why)
    for desk in (colleague, elsewhere):
        expect(desk.page.locator("#rows-active .row-state:visible")).to_have_count(0)
        expect(desk.page.locator("#rows-active .badge")).to_have_count(0)


def test_a_colleagues_words_are_a_colleagues(people: People, company: Company) -> None:
    carol = people.visitor(company)
    first = carol.say(unique("想退茶"))
    holder, colleague, giver, taker = holder_and_colleague(people, company)
    holder.open(first)
    said = holder.say(unique("我看看"))
    holder.transfer(taker, "")
    expect(colleague.rows.first.locator(".row-prefix")).to_have_text(f"{giver}：")
    colleague.rows.first.click()
    colleague.sees(said)
    expect(colleague.page.locator("#log .recall")).to_have_count(0)
    colleague.say(unique("我来处理"))
    expect(colleague.page.locator("#log .recall")).to_have_count(1)
    expect(colleague.rows.first.locator(".row-prefix")).to_have_text("我：")
    colleague.note(why := unique("等仓库"))
    colleague.sees(why)
    for desk in (holder, colleague):
        desk.page.locator("#status-button").click()
        desk.page.locator("[data-set-status=busy]").click()
        desk.has_status("busy")
    colleague.page.locator("#status-button").click()
    colleague.page.locator("[data-set-status=offline]").click()
    colleague.page.locator("#leave-requeue").click()
    holder.page.locator("#tab-queue").click()
    expect(holder.page.locator(".queue-row .row-text")).to_contain_text(f"备注：{why}")


OVERLAP = """() => {
  const toast = document.querySelector(".toast").getBoundingClientRect();
  return [...document.querySelectorAll("button, a, input, select, textarea, [contenteditable]")]
    .filter((one) => !one.closest(".toast, #rows-active"))
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && box.height > 1)
    .filter(([one]) => one.checkVisibility())
    .filter(([, box]) => box.left < toast.right && box.right > toast.left && box.top < toast.bottom
      && box.bottom > toast.top)
    .map(([one]) => one.id || one.className);
}"""


@pytest.mark.parametrize(
    "screen", [{}, {"viewport": {"width": 1000, "height": 700}}, PHONE], ids=["wide", "small", "phone"]
)
def test_a_toast_lies_over_no_control(people: People, company: Company, screen: dict[str, Any]) -> None:
    holder, first = people.agent(company, "1002"), people.visitor(company)
    holder.open(first.say(unique("一件事")))
    colleague, second = people.agent(company, **screen), people.visitor(company)
    open_here = second.say(unique("两件事"))
    colleague.open(open_here)
    holder.transfer("小李", unique("请看一下，是个老客户，已经等了很久了"))
    expect(colleague.page.locator(".toast")).to_be_visible()
    assert colleague.page.evaluate(OVERLAP) == []


def test_what_was_opened_without_a_network_is_loaded_when_it_is_back(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    question = carol.say(unique("断网"))
    expect(li.rows.first).to_contain_text(question)
    li.tab.context.set_offline(True)
    li.rows.first.click()
    expect(li.page.locator("#log-failed")).to_be_visible()
    li.tab.context.set_offline(False)
    li.sees(question, within=30)
    expect(li.page.locator("#log-failed")).to_be_hidden()
    expect(li.page.locator("#customer h3").first).to_be_visible()


def test_who_comes_back_is_told_what_went_elsewhere(people: People, company: Company) -> None:
    carol = people.visitor(company)
    carol.say(unique("午饭"))
    holder, _colleague, _giver, taker = holder_and_colleague(people, company)
    elsewhere = people.agent(company, "1002" if taker == "小李" else "1001")
    holder.tab.context.set_offline(True)
    expect(holder.page.locator("#connection-bar")).to_be_visible(timeout=30_000)
    elsewhere.open()
    elsewhere.transfer(taker, "")
    expect(elsewhere.rows).to_have_count(0)
    holder.tab.context.set_offline(False)
    expect(holder.page.locator(".toast")).to_contain_text("1 个会话已退回排队或由同事接手", timeout=30_000)
    elsewhere.tab.reload()
    elsewhere.has_status("online")
    expect(elsewhere.page.locator(".toast")).to_have_count(0)


def test_the_toast_opens_what_was_handed_over(people: People, company: Company) -> None:
    carol = people.visitor(company)
    first = carol.say(unique("转人工"))
    holder, colleague, giver, taker = holder_and_colleague(people, company)
    holder.open(first)
    holder.transfer(taker, "")
    colleague.page.locator(".toast").filter(has_text=giver).locator("button").click()
    colleague.sees(first)


def test_a_wait_reads_unlike_a_time_of_day(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    question = carol.say(unique("在吗"))
    time = li.rows.first.locator(".row-time")
    expect(time).to_contain_text("等")
    expect(time).to_contain_text("秒")
    li.open(question)
    li.say(unique("在"))
    expect(time).to_have_text(re.compile(r"^\d\d:\d\d$"))


UNTIL_MIDNIGHT = "() => new Date().setHours(24, 0, 2, 0) - Date.now()"


def test_after_midnight_both_sides_read_that_it_was_yesterday(people: People, company: Company) -> None:
    contexts = [people.new_context(), people.new_context()]
    for context in contexts:
        context.clock.install()
    li, carol = people.agent(company, context=contexts[0]), people.visitor(company, context=contexts[1])
    li.open(carol.say(unique("晚上好")))
    carol.sees(li.say(unique("您好")))
    for person in (li, carol):
        expect(person.page.locator("#log .day").last).to_have_text("今天")
        person.tab.clock.fast_forward(person.tab.evaluate(UNTIL_MIDNIGHT))
        expect(person.page.locator("#log .day").last).to_have_text("昨天")
    expect(li.rows.first.locator(".row-time")).to_have_text("昨天")


def test_what_was_answered_elsewhere_is_read(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    question = carol.say(unique("手机上回"))
    expect(li.rows.first.locator(".row-badge")).to_have_text("1")
    phone = people.agent(company, **PHONE)
    phone.rows.first.tap()
    expect(phone.input).to_be_visible()
    phone.input.fill(unique("好"))
    phone.page.evaluate("document.hasFocus = () => false")
    phone.page.locator("#send-button").tap()
    expect(li.rows.first.locator(".row-badge")).to_have_text("")
    assert question in carol.log()


def test_an_own_picture_has_its_place_at_once(
    people: People, company: Company, large_picture: Path, long_picture: Path
) -> None:
    li, carol = people.agent(company), people.visitor(company)
    li.open(carol.say(unique("发张图")))
    li.attach(large_picture, image=True)
    li.attach(long_picture, image=True)
    carol.attach(large_picture)
    carol.attach(long_picture)
    for person in (li, carol):
        for name, size in (("camera.jpg", (240, 159)), ("long.png", (80, 300))):
            image = person.page.locator(f"#log .mine .picture img[alt='{name}']")
            expect(image).to_have_attribute("width", str(size[0]))
            width, height, bubble = image.evaluate(BOXES)
            assert abs(width - size[0]) <= 2 and abs(height - size[1]) <= 2, (width, height)
            assert bubble - width <= 26, (bubble, width)


def test_after_a_picture_the_thread_is_at_its_end(people: People, company: Company, large_picture: Path) -> None:
    li, carol = people.agent(company), people.visitor(company)
    li.open(carol.say(unique("发张图")))
    for _ in range(12):
        li.say(unique("行"))
    li.attach(large_picture, image=True)
    expect(li.page.locator("#log .picture img")).to_have_attribute("width", "240")
    expect(li.page.locator("#log .picture img[src^='/files'], #log .picture img[src*='/files/']")).to_have_count(1)
    below = "log => log.scrollHeight - log.scrollTop - log.clientHeight"
    eventually(lambda: li.page.locator("#log").evaluate(below) < 2)


def frame_of(desk: AgentAtDesk, text: str) -> list[bool]:
    """Whether what failed has a red line above, below, left and right of it. A receipt may draw it as sent again."""
    message = desk.message(text)
    message.evaluate("(message) => message.classList.add('failed')")
    box = message.locator(".bubble").bounding_box()
    if box is None:
        return []
    with Image.open(BytesIO(desk.tab.screenshot())) as shown:
        picture = shown.convert("RGB")
    center, middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    right, bottom = box["x"] + box["width"], box["y"] + box["height"]
    edges = [(center, box["y"] - 3), (center, bottom + 3), (box["x"] - 3, middle), (right + 3, middle)]
    found = [picture.getpixel((round(across), round(down))) for across, down in edges]
    return [isinstance(colour, tuple) and colour[0] > 60 + max(colour[1:]) for colour in found]


def test_what_could_not_be_sent_is_framed_on_all_sides(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    li.open(carol.say(unique("在吗")))
    carol.sees(said := li.say(unique("在")))
    eventually(lambda: frame_of(li, said) == [True] * 4)


def test_the_system_back_closes_what_lies_over_the_conversation_first(people: People, company: Company) -> None:
    carol = people.visitor(company)
    question = carol.say(unique("手机"))
    li = people.agent(company, **PHONE)
    eventually(lambda: li.rows.count() == 1)
    li.rows.first.tap()
    li.sees(question)
    panel, dialog, popup = (li.page.locator(name) for name in ("#panel", "#transfer-dialog", "#status-popup"))
    transfer = "#pane-popup [data-act=transfer]"
    for button, layer in (("#panel-toggle", panel), (transfer, dialog), ("#status-button", popup)):
        if button == transfer:
            li.page.locator("#pane-more").tap()
        li.page.locator(button).tap()
        expect(layer).to_be_visible()
        li.tab.go_back()
        expect(layer).to_be_hidden()
        expect(li.page.locator("#pane-body")).to_be_visible()
    li.page.locator("#panel-toggle").tap()
    li.page.locator("#panel-close").tap()
    expect(panel).to_be_hidden()
    li.tab.go_back()
    expect(li.page.locator("#lists")).to_be_visible()


def test_a_small_phone_shows_the_customers_name_and_how_long_they_wait(people: People, company: Company) -> None:
    people.visitor(company).say(unique("在吗"))
    li = people.agent(company, **PHONE | {"viewport": {"width": 320, "height": 640}})
    eventually(lambda: li.rows.count() == 1)
    li.rows.first.tap()
    expect(li.page.locator("#pane-waiting")).to_be_visible()
    assert li.page.locator("#pane-name").evaluate("name => name.scrollWidth <= name.clientWidth"), "whole"
