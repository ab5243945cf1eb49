"""A site owner gives the chat its face and looks, puts it on a site, sees that it runs there; nothing else is open."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.channels_app.pictures import picture
from tests.journeys.console import at_console, promote
from tests.journeys.people import People
from tests.journeys.stack import Company
from tests.journeys.test_accessible import fits, is_clean
from tests.journeys.test_foreign_sites import launcher

NewContext = Callable[..., BrowserContext]
CHANNELS, ACCOUNTS = "/console/channels/", "/console/service-accounts/"
STORED = "select color, icon, side, draft, design_version from channels_app_channel where tenant_id = %s"


@pytest.fixture
def company(company: Company, people: People) -> Company:
    """Its second agent looks after the web site."""
    return promote(people.stack, company, "site_owner")


def of(company: Company, name: str) -> str:
    """A page of the company's channel."""
    return f"{CHANNELS}{company.channel}/{name}"


def preview(page: Page) -> FrameLocator:
    """The sample page; the one that is coming does not count."""
    return page.frame_locator("#preview iframe:not([data-coming])")


def color_of(button: Any) -> str:
    """What is really painted."""
    return str(button.evaluate("(node) => getComputedStyle(node).backgroundColor"))


def stored(people: People, company: Company) -> dict[str, Any]:
    """The design in the table."""
    return people.stack.rows(STORED, company.tenant_id)[0]


def paint(page: Page, color: str) -> None:
    """Choose a colour; the picker itself belongs to the system."""
    page.locator("#id_color").fill(color)


def test_from_the_first_look_to_a_button_on_a_site(
    people: People, company: Company, new_context: NewContext, host_page: Callable[[Company], str]
) -> None:
    site = host_page(company)
    visitor = new_context().new_page()
    visitor.goto(site)
    expect(launcher(visitor)).to_have_css("background-color", "rgb(26, 86, 219)")

    page = at_console(people, company, new_context(viewport={"width": 1440, "height": 900}), of(company, "design/"))
    before = stored(people, company)
    paint(page, "#0e7a5f")
    page.locator(".icon-choice", has_text="耳机").click()
    page.get_by_label("左侧").check()
    button = preview(page).locator("#kefu-preview button.b")
    expect(button).to_have_css("background-color", "rgb(14, 122, 95)")
    expect(page.locator("#preview iframe")).to_have_count(1)
    button.click()
    chat = preview(page).frame_locator("#kefu-preview iframe")
    expect(chat.locator("#name")).to_have_text(f"客服 {company.code}")
    expect(chat.locator("#log")).to_contain_text("您好")
    paint(page, "#b3261e")
    expect(preview(page).locator("#kefu-preview [role=dialog]")).to_be_visible()
    expect(preview(page).locator("#kefu-preview button.b")).to_have_css("background-color", "rgb(179, 38, 30)")
    assert stored(people, company) == before, "a preview stores nothing"
    assert people.stack.value("select count(*) from customers_customer where tenant_id = %s", company.tenant_id) == 0

    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator(".flash")).to_contain_text("草稿")
    assert stored(people, company)["color"] == before["color"]
    page.get_by_role("button", name="发布").click()
    expect(page.locator(".flash")).to_contain_text("版本 2")
    later = new_context().new_page()
    later.goto(site)
    expect(launcher(later)).to_have_css("background-color", "rgb(179, 38, 30)")
    box = launcher(later).bounding_box()
    assert box is not None and box["x"] == 20

    page.goto(people.stack.url + of(company, "install/"))
    expect(page.locator(".sighting")).to_contain_text(site.rstrip("/"))
    expect(page.locator(".sighting")).to_contain_text("版本 2")


def test_the_install_check_follows_by_itself_and_blocked_sites_are_let_in_by_a_click(
    people: People, company: Company, new_context: NewContext, host_page: Callable[[Company], str]
) -> None:
    page = at_console(people, company, new_context(), of(company, ""))
    page.get_by_label("任何网站都可显示聊天").uncheck()
    page.get_by_label("允许的网站").fill("www.example.com")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_label("允许的网站")).to_have_value("https://www.example.com")
    page.goto(people.stack.url + of(company, "install/"))
    expect(page.locator(".sighting-none")).to_be_visible()
    visitor = new_context().new_page()
    visitor.goto(host_page(company))
    expect(page.locator(".sighting .chip-bad")).to_be_visible(timeout=15_000)
    page.locator(".sighting button").click()
    expect(page.locator(".sighting .chip-ok")).to_be_visible()
    visitor.reload()  # where the chat is not allowed there is no button
    launcher(visitor).click()
    expect(visitor.frame_locator("[id^='kefu-'] iframe").locator("#text")).to_be_visible()


def test_the_code_is_copied_on_plain_http_too(people: People, company: Company, new_context: NewContext) -> None:
    page = at_console(people, company, new_context(), of(company, "install/"))
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.evaluate("document.addEventListener('copy', () => (window.copied = String(getSelection())))")
    page.locator("[data-copy=snippet]").click()
    expect(page.locator(".toast")).to_contain_text("已复制")
    assert f"/w/{company.channel}.js" in page.evaluate("window.copied")
    with page.expect_download() as download:
        page.get_by_role("link", name="PNG 大").click()
    assert download.value.suggested_filename == f"kefu-{company.channel}-l.png"


def test_an_account_gets_a_picture_that_visitors_see(
    people: People, company: Company, new_context: NewContext, tmp_path: Path
) -> None:
    (tmp_path / "face.png").write_bytes(picture(size=(300, 300)).read())
    (tmp_path / "wide.png").write_bytes(picture(size=(300, 200)).read())
    page = at_console(people, company, new_context(), ACCOUNTS)
    page.get_by_role("link", name=f"客服 {company.code}", exact=True).click()
    page.get_by_label("头像").set_input_files(tmp_path / "wide.png")
    page.get_by_label("名称").fill("小茶")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#id_avatar_error")).to_contain_text("200 × 200")
    expect(page.get_by_label("名称")).to_have_value("小茶")
    page.get_by_label("头像").set_input_files(tmp_path / "face.png")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("img.face-picture")).to_have_count(1)
    visitor = people.visitor(company)
    expect(visitor.page.locator("#name")).to_have_text("小茶")
    assert visitor.page.locator("#face img").evaluate("(node) => node.decode().then(() => node.naturalWidth)") == 300


def test_it_works_without_scripts(people: People, company: Company, new_context: NewContext) -> None:
    page = at_console(people, company, new_context(java_script_enabled=False), of(company, "design/"))
    page.locator("#id_color").evaluate("(node) => node.setAttribute('value', '#0e7a5f')")
    page.locator("#id_offset_x").fill("40")
    page.locator("#id_offset_x").press("Enter")
    expect(page.locator("#id_offset_x")).to_have_value("40")
    assert stored(people, company)["design_version"] == 1, "Enter shows a preview and publishes nothing"
    page.get_by_role("button", name="发布").click()
    expect(page.locator(".flash")).to_contain_text("版本 2")
    page.goto(people.stack.url + of(company, "delete/"))
    page.get_by_role("button", name="删除").click()
    expect(page.locator(".flash")).to_contain_text("官网")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(
    people: People, company: Company, new_context: NewContext, theme: str
) -> None:
    page = at_console(people, company, new_context(color_scheme=theme), CHANNELS)
    account = people.stack.value(
        "select public_id from channels_app_serviceaccount where tenant_id = %s", company.tenant_id
    )
    paths = [CHANNELS, f"{CHANNELS}new/", of(company, ""), of(company, "design/"), of(company, "install/")]
    paths += [of(company, "delete/"), ACCOUNTS, f"{ACCOUNTS}new/", f"{ACCOUNTS}{account}/"]
    paths += [of(company, "settings/"), f"{ACCOUNTS}{account}/settings/"]
    heights = set()
    for path in paths:
        page.goto(people.stack.url + path)
        is_clean(page, path)
        fits(page, path)
        heights |= {box["y"] for tabs in page.locator(".tab-links").all() if (box := tabs.bounding_box())}
    assert len(heights) == 1, "tabs jump from page to page"
    page.goto(people.stack.url + of(company, "design/"))
    paint(page, "#ffd400")
    expect(page.locator("#advice")).to_be_visible()
    is_clean(page, "with advice")
    page.locator("#advice-fix").click()
    expect(page.locator("#advice")).to_be_hidden()
    expect(page.locator("#preview iframe")).to_have_count(1)
    sample = page.locator("#preview iframe").element_handle().content_frame()
    assert sample is not None
    is_clean(sample, "the sample page")


def test_a_site_owner_opens_what_is_theirs_and_nothing_else(
    people: People, company: Company, new_context: NewContext
) -> None:
    page = at_console(people, company, new_context(), CHANNELS)
    expect(page.locator(".rail-items .rail-link")).to_have_text(["渠道", "客服账号"])
    for path in ("/console/agents/", "/console/settings/reception/", "/console/audit/", "/desk/"):
        answer = page.goto(people.stack.url + path)
        assert answer is not None and answer.status == 403, path
    page.goto(f"{people.stack.url}/console/channels/{company.channel}/settings/")
    expect(page.locator("h1")).to_contain_text("官网")
