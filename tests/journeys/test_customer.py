"""The customer side of the desk: what is noted there, also by several at once."""

from playwright.sync_api import Locator, Page, expect

from tests.eventually import eventually
from tests.journeys.people import AgentAtDesk, People, unique
from tests.journeys.stack import Company


def field(desk: AgentAtDesk, name: str) -> Locator:
    """The place of a field in the panel."""
    return desk.page.locator(f'#customer [data-field="{name}"]')


def write(desk: AgentAtDesk, name: str, text: str, *, then: str = "Enter") -> None:
    """Turn a value into a field, and write."""
    field(desk, name).locator(".noted-value").click()
    desk.tab.keyboard.press("Control+A")
    desk.tab.keyboard.type(text)
    if then:
        desk.tab.keyboard.press(then)


def value(desk: AgentAtDesk, name: str) -> Locator:
    """What stands there while nobody edits it."""
    return field(desk, name).locator(".noted-value > span:last-child")


def opened(people: People, company: Company, question: str) -> tuple[AgentAtDesk, Page]:
    """An agent with the conversation of who asks that."""
    li = people.agent(company)
    li.open(question)
    expect(value(li, "phone")).to_be_visible()
    return li, li.tab


def test_what_is_noted_stays_and_the_remark_is_the_name_everywhere(people: People, company: Company) -> None:
    li, page = opened(people, company, people.visitor(company).say(unique("订单 202611300012345 到了吗")))
    page.get_by_role("button", name="202611300012345").click()
    expect(page.locator(".toast")).to_have_text("已复制")
    own_name = page.locator("#pane-name").inner_text()
    write(li, "remark", "张女士")
    expect(page.locator("#pane-name")).to_have_text("张女士")
    expect(li.rows.first.locator(".row-name")).to_have_text("张女士")
    expect(page.locator("#customer")).to_contain_text(own_name)
    write(li, "phone", "不是号码")
    expect(field(li, "phone").locator(".field-error")).to_contain_text("138")
    page.keyboard.press("Escape")
    expect(value(li, "phone")).to_have_text("添加")
    write(li, "phone", "13800138000", then="")
    write(li, "note", "周末不要打电话", then="")  # the phone is saved by leaving it
    li.input.click()
    page.locator(".tag-input").fill("VIP")
    page.keyboard.press("Enter")
    expect(page.locator("#customer-tags .tag")).to_have_text("VIP")
    page.reload()
    expect(value(li, "phone")).to_have_text("13800138000")
    expect(value(li, "note")).to_have_text("周末不要打电话")
    page.get_by_role("button", name="移除标签 VIP").click()
    expect(page.locator("#customer-tags .tag")).to_have_count(0)


def test_two_windows_that_change_one_field_are_shown_both_values(people: People, company: Company) -> None:
    question = people.visitor(company).say(unique("在吗"))
    li, page = opened(people, company, question)
    other, _page = opened(people, company, question)
    write(other, "note", "要发票", then="")
    write(li, "note", "不要发票", then="Control+Enter")
    expect(value(li, "note")).to_have_text("不要发票")
    other.tab.keyboard.press("Control+Enter")
    theirs = field(other, "note").locator(".noted-theirs")
    expect(theirs).to_contain_text("不要发票")
    expect(theirs).to_contain_text("“要发票”")
    theirs.get_by_role("button", name="用我填写的").click()
    expect(value(other, "note")).to_have_text("要发票")
    expect(value(li, "note")).to_have_text("要发票")
    assert page.locator(".noted-form:visible").count() == 0


def test_columns_are_as_wide_as_the_agent_made_them_and_the_customer_is_folded_away(
    people: People, company: Company
) -> None:
    question = people.visitor(company).say(unique("在吗"))
    li, page = opened(people, company, question)
    edge, panel = page.locator("#edge-panel"), page.locator("#panel")

    def width() -> float:
        return float(panel.evaluate("(node) => node.getBoundingClientRect().width"))

    def is_wider_by(pixels: float) -> None:
        eventually(lambda: abs(width() - before - pixels) <= 1)

    before, box = width(), edge.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, 300)
    page.mouse.down()
    page.mouse.move(box["x"] - 76, 300, steps=4)
    page.mouse.up()
    is_wider_by(80)
    edge.focus()
    page.keyboard.press("ArrowRight")
    is_wider_by(64)
    page.reload()
    expect(value(li, "phone")).to_be_visible()
    is_wider_by(64)
    page.get_by_role("button", name="关闭客户资料").click()
    expect(panel).to_be_hidden()
    page.reload()
    expect(page.locator("#pane-name")).to_be_visible()
    expect(panel).to_be_hidden()
    page.locator("#panel-toggle").click()
    expect(value(li, "phone")).to_be_visible()
