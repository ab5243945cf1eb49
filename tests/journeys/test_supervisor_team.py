"""A supervisor looks after the team: with and without scripts, beside somebody else who does the same."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.people import People, sign_in, unique
from tests.journeys.stack import PASSWORD, Company
from tests.journeys.test_accessible import is_clean, too_wide
from tests.journeys.test_console_frame import width_of

NewContext = Callable[..., BrowserContext]
PROMOTE = """
update accounts_agent set role_id = (select r.id from accounts_role r where r.tenant_id = %s and r.code = 'supervisor')
where tenant_id = %s and number = '1002'
"""
SESSIONS = """
select count(*) from accounts_session s join accounts_agent a on a.id = s.agent_id
where a.tenant_id = %s and a.number = '1001'
"""


class Supervisor:
    """小王, who was promoted, in the console."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def opens(self, address: str) -> None:
        """A page of the console."""
        self.page.goto(f"{self.url}/console/{address}")

    def opens_agent(self, nickname: str) -> None:
        """From the list to the account."""
        self.opens("agents/")
        self.page.get_by_role("rowheader", name=nickname).get_by_role("link").click()
        expect(self.page.locator("h1")).to_have_text(nickname)

    def fills(self, **values: str) -> None:
        """Fields of the form."""
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def saves(self) -> None:
        """The form's one primary button."""
        self.page.locator("main .form-actions .button-primary").click()

    def ticks(self, nickname: str) -> None:
        """A row of the list."""
        self.page.get_by_role("row").filter(has_text=nickname).locator(".row-check").check()

    def is_told(self, text: str) -> None:
        """What the page before wanted said."""
        expect(self.page.locator(".notice").filter(has_text=text)).to_be_visible()

    def log(self) -> list[str]:
        """The actions of the audit log, the latest first."""
        self.opens("audit/")
        return self.page.locator("#list tbody tr td:nth-child(3)").all_inner_texts()


@pytest.fixture
def supervisor(people: People, company: Company, new_context: NewContext) -> Callable[..., Supervisor]:
    """As many browsers of hers as wanted."""
    people.stack.change(PROMOTE, company.tenant_id, company.tenant_id)

    def enter(**options: object) -> Supervisor:
        page = new_context(**options).new_page()
        sign_in(page, people.stack.url, company.name("1002"), PASSWORD)
        return Supervisor(page, people.stack.url)

    return enter


def test_who_is_disabled_leaves_the_desk_and_a_colleague_goes_on_with_their_visitor(
    people: People, company: Company, supervisor: Callable[..., Supervisor]
) -> None:
    bob, carol = people.agent(company), people.visitor(company)
    carol.say(unique())
    carol.served_by("小李")
    people.agent(company, "1002")
    boss = supervisor()
    boss.opens("agents/?role=agent")
    boss.ticks("小李")
    boss.page.get_by_role("button", name="停用").click()
    question = boss.page.get_by_role("dialog")
    expect(question).to_contain_text("停用 小李？")
    expect(question).to_contain_text("小李 正在接待的会话：1")
    question.get_by_role("button", name="停用").click()
    boss.is_told("已停用 小李。")
    assert boss.page.url.endswith("/console/agents/?role=agent"), "the list stays as it was"
    expect(boss.page.get_by_role("row").filter(has_text="小李").locator(".chip")).to_have_text("已停用")
    carol.served_by("小王")
    assert people.stack.value(SESSIONS, company.tenant_id) == 0
    bob.tab.goto(f"{people.stack.url}/desk/")
    expect(bob.tab.locator("#sign-in-name")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 320])
def test_a_tick_moves_no_row(supervisor: Callable[..., Supervisor], width: int) -> None:
    boss = supervisor(viewport={"width": width, "height": 800})
    boss.opens("agents/")
    place = "document.querySelector('#list tbody tr').getBoundingClientRect().top"
    before = boss.page.evaluate(place)
    boss.page.locator(".row-check").first.check()
    expect(boss.page.locator("#bulk")).to_be_visible()
    assert boss.page.evaluate(place) == before


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_somebody_new_is_made_moved_and_deleted(supervisor: Callable[..., Supervisor], scripts: bool) -> None:
    boss = supervisor(java_script_enabled=scripts)
    boss.opens("agents/new/")
    boss.fills(number="1001", nickname="小张", password=PASSWORD)
    boss.saves()
    expect(boss.page.locator("#id_number_error")).to_have_text("此工号已被使用。")
    expect(boss.page.locator("[name=nickname]")).to_have_value("小张")
    boss.fills(number="1010", password=PASSWORD)
    boss.page.get_by_label("客服组", exact=True).check()
    boss.saves()
    boss.is_told("小张 现在可以用 1010@")
    boss.opens("groups/")
    boss.page.locator('#list tbody td a[href$="/members/"]').first.click()
    boss.ticks("小张")
    boss.page.locator("#bulk [name=weight]").fill("90")
    boss.page.get_by_role("button", name="设置技能权重").click()
    boss.is_told("技能权重 90")
    boss.opens_agent("小张")
    boss.page.get_by_role("link", name="删除").click()
    boss.page.locator(".confirm .button-danger-filled").click()
    boss.is_told("小张 已删除")
    assert boss.log()[:3] == ["删除客服", "修改客服", "新建客服"]


def test_who_saves_second_sees_what_the_first_changed_and_may_save_on_top(
    supervisor: Callable[..., Supervisor],
) -> None:
    first, second = supervisor(), supervisor()
    for boss in (first, second):
        boss.opens_agent("小李")
    first.fills(nickname="李一", email="li@a.example")
    first.saves()
    first.is_told("已保存")
    second.fills(nickname="李二")
    second.saves()
    told = second.page.locator(".notice-warn")
    expect(told).to_contain_text("小王")
    expect(told.get_by_role("row").filter(has_text="昵称")).to_contain_text("李一")
    expect(second.page.locator("[name=nickname]")).to_have_value("李二")
    expect(second.page.locator("[name=email]")).to_have_value("li@a.example")  # nobody touched it here: as it is now
    second.saves()
    second.is_told("已保存")
    second.opens("audit/?kind=agent")
    newest = second.page.locator("#list tbody tr").first
    expect(newest.locator("del").first).to_have_text("李一")
    expect(newest.locator("ins").first).to_have_text("李二")


def test_filters_and_sorting_stand_in_the_address_and_the_export_follows_them(
    supervisor: Callable[..., Supervisor],
) -> None:
    boss = supervisor()
    boss.opens("agents/")
    boss.page.locator("#filters [name=role]").select_option("agent")
    boss.page.wait_for_url("**/console/agents/?role=agent")
    boss.page.get_by_role("link", name="工号").click()
    boss.page.wait_for_url("**/console/agents/?role=agent&sort=-number")
    with boss.page.expect_download() as download:
        boss.page.get_by_role("button", name="导出 Excel").click()
    assert download.value.suggested_filename.startswith("客服_")
    assert boss.log()[0] == "导出客服名单"


LONG = "华东二线售后" * 5  # as long as names may be
LENGTHEN = (
    "update accounts_group set name = %s where tenant_id = %s",
    "update accounts_agent set status_reason = %s, email = 'somebody.of.the.night@shop.example' where tenant_id = %s",
    "update channels_app_channel set name = %s where tenant_id = %s",
    "update channels_app_serviceaccount set name = %s where tenant_id = %s",
)
LINES = """(cell) => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  return new Set([...range.getClientRects()].map(({ top }) => Math.round(top / 8))).size;
}"""
OUTSIDE = """(list) => [...list.querySelectorAll("th, td")]
  .filter((cell) => cell.getBoundingClientRect().right > list.closest(".table-scroll").getBoundingClientRect().right)
  .map((cell) => cell.textContent.trim())"""


def test_long_names_leave_room_for_the_other_columns(
    people: People, company: Company, supervisor: Callable[..., Supervisor]
) -> None:
    for statement in LENGTHEN:
        people.stack.change(statement, LONG, company.tenant_id)
    boss = supervisor(viewport={"width": 1440, "height": 900})
    for address in ("agents/", "channels/"):
        boss.opens(address)
        expect(boss.page.locator("#list table")).to_contain_text(LONG)
        assert boss.page.locator("#list table").evaluate(OUTSIDE) == [], address
    boss.opens("agents/")
    groups = boss.page.locator("#list td").filter(has_text=LONG).first
    assert width_of(groups) < 230, "not even half of such a name"
    for figure in boss.page.locator("#list td.number").all():
        assert figure.evaluate(LINES) == 1, figure.inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit_on_small_phones(supervisor: Callable[..., Supervisor], theme: str) -> None:
    boss = supervisor(color_scheme=theme)
    boss.opens_agent("小李")
    agent = boss.page.url.split("/console/")[1]
    boss.opens("groups/")
    boss.page.locator('#list tbody td a[href$="/members/"]').first.click()
    boss.page.wait_for_url("**/members/")
    members = boss.page.url.split("/console/")[1]
    for address in ("agents/", "agents/new/", agent, "groups/", members, f"{members}new/", "audit/"):
        boss.opens(address)
        is_clean(boss.page, address)
        boss.page.set_viewport_size({"width": 320, "height": 700})
        assert not too_wide(boss.page), address
        boss.page.set_viewport_size({"width": 1280, "height": 800})
