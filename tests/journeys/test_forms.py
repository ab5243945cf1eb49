"""What was typed into the console is not lost: to a server that is away, to a session that ended, to a wrong click."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from tests.channels_app.pictures import picture
from tests.journeys.people import People
from tests.journeys.stack import PASSWORD, Company

NewContext = Callable[..., BrowserContext]
OWNER_OF_ALL = (
    "update accounts_agent set role_id = (select id from accounts_role where tenant_id = %s and code = 'owner')"
    " where tenant_id = %s and number = '1001'"
)


@pytest.fixture
def company(company: Company, people: People) -> Company:
    """Its first agent may change everything."""
    assert people.stack.change(OWNER_OF_ALL, company.tenant_id, company.tenant_id) == 1
    return company


def sign_in(page: Page, company: Company) -> None:
    """Fill in the sign-in that is open."""
    page.locator("#sign-in-name").fill(company.name("1001"))
    page.locator("#sign-in-password").fill(PASSWORD)
    page.locator("#sign-in-password").press("Enter")


def at(people: People, company: Company, context: BrowserContext, path: str) -> Page:
    """Somebody at a page of the console."""
    page = context.new_page()
    page.goto(f"{people.stack.url}/sign-in/?next={path}")
    sign_in(page, company)
    page.wait_for_url(f"**{path}")
    return page


def end_sessions(people: People, company: Company) -> None:
    """As after fourteen days, or by an administrator."""
    assert people.stack.change("delete from accounts_session where tenant_id = %s", company.tenant_id)


def sign_in_elsewhere(page: Page, company: Company) -> None:
    """From the dialog, in a window of its own; back in the first one it can be sent."""
    with page.context.expect_page() as opened:
        page.locator("#signed-out [data-link]").click()
    sign_in(opened.value, company)
    expect(opened.value.locator("#flash .notice-ok")).to_be_visible()
    opened.value.close()
    page.evaluate("dispatchEvent(new Event('focus'))")  # a browser without windows does not say so
    expect(page.locator("[data-when=ready]")).to_be_visible()
    page.locator("#signed-out [data-send]").click()


def test_a_server_that_is_away_takes_nothing_along(
    people: People, company: Company, new_context: NewContext, tmp_path: Path
) -> None:
    (tmp_path / "face.png").write_bytes(picture(size=(300, 300)).read())
    page = at(people, company, new_context(), "/console/service-accounts/new/")
    page.locator("#id_name").fill("售后")
    page.locator("#id_avatar").set_input_files(tmp_path / "face.png")
    page.locator("[name=groups]").first.check()
    page.route("**/session/", lambda route: route.abort())
    for _ in range(2):
        page.locator("#id_name").press("Enter")
        expect(page.locator(".toast-bad")).to_have_count(1)
    page.unroute("**/session/")
    page.locator(".toast-bad [data-retry]").dblclick()
    page.wait_for_url("**/console/service-accounts/")
    rows = people.stack.rows(
        "select avatar <> '' as face from channels_app_serviceaccount where tenant_id = %s and name = '售后'",
        company.tenant_id,
    )
    assert rows == [{"face": True}]


def test_who_was_signed_out_signs_in_beside_the_form_and_sends_it(
    people: People, company: Company, new_context: NewContext
) -> None:
    page = at(people, company, new_context(), f"/console/channels/{company.channel}/design/")
    stored = "select color, design_version from channels_app_channel where tenant_id = %s"
    page.locator("#id_color").fill("#0e7a5f")
    end_sessions(people, company)
    page.locator("button[value=publish]").click()
    page.locator("#signed-out [data-send]").click()
    expect(page.locator("#signed-out [data-still]")).to_be_visible()
    sign_in_elsewhere(page, company)
    expect(page.locator("#flash .notice-ok")).to_be_visible()
    assert people.stack.rows(stored, company.tenant_id) == [{"color": "#0e7a5f", "design_version": 2}]

    end_sessions(people, company)  # and what htmx sends
    page.locator("#welcome input[value=own]").first.check()
    page.locator("#welcome textarea").first.fill("欢迎光临")
    page.locator("#welcome .form-actions button").click()
    sign_in_elsewhere(page, company)
    expect(page.locator(".toast-ok")).to_be_visible()
    page.reload()
    expect(page.locator("#welcome textarea").first).to_have_value("欢迎光临")


def test_somebody_else_does_not_send_it_for_them(people: People, company: Company, new_context: NewContext) -> None:
    page = at(people, company, new_context(), "/console/groups/new/")
    page.locator("#id_name").fill("售后")
    second = page.context.new_page()
    second.goto(f"{people.stack.url}/sign-in/?again=1")
    second.locator("#sign-in-name").fill(company.name("1002"))
    second.locator("#sign-in-password").fill(PASSWORD)
    second.locator("#sign-in-password").press("Enter")
    second.wait_for_url("**/desk/")
    page.locator("#id_name").press("Enter")
    expect(page.locator("[data-when=somebody]")).to_contain_text("小李")
    sign_in_elsewhere(page, company)
    page.wait_for_url("**/members/")


def test_leaving_asks_where_something_was_typed_and_not_sent(
    people: People, company: Company, new_context: NewContext
) -> None:
    page = at(people, company, new_context(), "/console/groups/new/")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    list_of_groups = page.locator(".rail-link[href='/console/groups/']")
    page.locator("#id_name").fill("售后")
    list_of_groups.click(no_wait_after=True)
    expect(page.locator("#id_name")).to_have_value("售后")
    page.wait_for_timeout(100)
    assert asked == ["beforeunload"]
    page.locator(".form-actions a").click()  # "Cancel" is an answer
    page.wait_for_url("**/console/groups/")
    page.goto(f"{people.stack.url}/console/groups/new/")
    page.locator("#id_name").fill("售后")
    page.locator("#id_name").press("Enter")  # sending is none either
    page.wait_for_url("**/members/")
    page.goto(f"{people.stack.url}/console/agents/")
    page.locator("#id_q").fill("小王")  # nor is a filter
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.locator("#list tbody a").first.click()
    page.wait_for_url("**/console/agents/*/")
    assert asked == ["beforeunload"]
    page.locator("a[hx-get$='/password/']").click()
    page.locator("#dialog input[type=password]").fill("noch nicht")
    page.keyboard.press("Escape")
    page.locator("#dialog .dialog-actions [data-close]").click()
    expect(page.locator("#dialog")).to_be_visible()
    assert asked == ["beforeunload", "confirm", "confirm"]


def test_who_comes_back_saves_nothing_over_what_others_saved_meanwhile(
    people: People, company: Company, new_context: NewContext
) -> None:
    context = new_context()
    page = at(people, company, context, "/console/groups/")
    page.locator("#list tbody a").first.click()
    page.wait_for_url("**/console/groups/*/")
    page.on("dialog", lambda dialog: dialog.accept())
    name = page.locator("#id_name").input_value()
    page.locator("#id_sort").fill("77")
    page.goto(f"{people.stack.url}/console/channels/")
    colleague = context.new_page()
    colleague.goto(f"{people.stack.url}/console/groups/")
    colleague.locator("#list tbody a").first.click()
    colleague.locator("#id_sort").fill("55")
    colleague.locator("#id_sort").press("Enter")
    colleague.wait_for_url("**/console/groups/")
    page.go_back()
    expect(page.locator("#id_sort")).to_have_value("77")  # browsers bring back what was typed
    page.locator("#id_sort").press("Enter")
    expect(page.locator(".notice-warn td")).to_have_text(["55", "77"])
    expect(page.locator("#id_name")).to_have_value(name)
    page.locator("#id_sort").press("Enter")  # now on top of it
    page.wait_for_url("**/console/groups/")
    page.goto(f"{people.stack.url}/console/agents/")
    page.locator(".row-check").nth(1).check()
    page.goto(f"{people.stack.url}/console/channels/")
    page.go_back()
    expect(page.locator(".row-check")).not_to_have_count(0)
    expect(page.locator(".row-check:checked")).to_have_count(0)  # other rows may stand there by now


def looks_at_it(page: Page, field: str) -> None:
    """By keyboard: the eye stands behind the field, shows what was typed, and says whether it does."""
    typed = page.locator(field)
    eye = page.locator(f"{field} + [data-reveal]")
    typed.fill("what I typed")
    typed.press("Tab")
    expect(eye).to_be_focused()
    expect(eye).to_have_accessible_name("显示密码")
    expect(eye).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Space")
    expect(eye).to_have_attribute("aria-pressed", "true")
    expect(typed).to_have_attribute("type", "text")
    page.keyboard.press("Enter")
    expect(typed).to_have_attribute("type", "password")


def test_every_password_that_is_typed_can_be_looked_at(
    people: People, company: Company, new_context: NewContext
) -> None:
    context = new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{people.stack.url}/sign-in/?next=/password/")
    looks_at_it(page, "#sign-in-password")
    sign_in(page, company)
    page.wait_for_url("**/password/")
    for field in ("#id_old", "#id_password"):
        looks_at_it(page, field)
    page.locator("#id_old").fill("")
    page.locator("#id_password + [data-reveal]").click()
    page.evaluate(
        "addEventListener('pagehide', () => sessionStorage.left = document.querySelector('#id_password').type)"
    )
    page.locator("#id_password").press("Enter")
    expect(page.locator("#id_old_error")).to_be_visible()
    assert page.evaluate("sessionStorage.left") == "password", "browsers remember what text fields held"
    page.goto(f"{people.stack.url}/console/agents/new/")
    looks_at_it(page, "#id_password")
    page.locator("[data-suggest]").click()
    expect(page.locator("#id_password + [data-reveal]")).to_have_attribute("aria-pressed", "true")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{people.stack.url}/console/agents/")
    page.locator("#list tbody a", has_text="小王").click()
    page.locator("a[hx-get$='/password/']").click()
    looks_at_it(page, "#dialog #id_password")
