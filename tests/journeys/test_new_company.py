"""A company that was opened by command is ready to serve from the console alone."""

import itertools
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.people import AgentAtDesk, Visitor, sign_in
from tests.journeys.stack import PASSWORD, ROOT, Stack

_codes = itertools.count(7501)


@pytest.fixture
def code(stack: Stack) -> str:
    """The code of a company that was opened a moment ago."""
    code = str(next(_codes))
    done = subprocess.run(
        [sys.executable, "manage.py", "open_tenant", code, "青禾净水"],
        cwd=ROOT, env=stack.environment, input=f"{PASSWORD}\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"Sign in as 1000@{code}" in done.stdout
    return code


class Owner:
    """The company's owner, in the console."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def opens(self, item: str, new: str) -> None:
        """An item of the rail, and there the page's one primary action."""
        self.page.locator(f'#rail a.rail-link[href="/console/{item}/"]').click()
        self.page.locator(f'.page-action a[href="/console/{item}/{new}/"]').click()
        expect(self.page.locator("main form [name=name], main form [name=number]").first).to_be_visible()

    def saves(self) -> None:
        """The form's primary button; the page that follows says how it went."""
        self.page.locator("main .form-actions .button-primary").click()
        expect(self.page.locator(".field-bad")).to_have_count(0)
        self.page.wait_for_url(lambda url: not url.endswith("/new/"))

    def adds_group(self, name: str) -> None:
        self.opens("groups", "new")
        self.page.locator("main [name=name]").fill(name)
        self.page.locator("main [name=sort]").fill("20")
        self.saves()

    def adds_agent(self, number: str, nickname: str, group: str) -> None:
        self.opens("agents", "new")
        self.page.locator("main [name=number]").fill(number)
        self.page.locator("main [name=nickname]").fill(nickname)
        self.page.locator("main [name=role]").select_option("agent")
        self.page.locator("main [name=password]").fill(PASSWORD)
        self.page.locator("main .weights-name").filter(has_text=group).locator("input").check()
        self.saves()

    def adds_account(self, name: str, group: str) -> None:
        self.opens("service-accounts", "new")
        self.page.locator("main [name=name]").fill(name)
        self.page.get_by_label(group, exact=True).check()
        self.saves()

    def adds_channel(self, name: str, account: str) -> None:
        self.opens("channels", "new")
        self.page.locator("main [name=name]").fill(name)
        self.page.locator("main [name=service_account]").select_option(label=account)
        self.saves()
        self.page.wait_for_url("**/design/")

    def publishes(self, color: str) -> str:
        """A design; returns the public link."""
        self.page.locator("main [name=color]").fill(color)
        self.page.locator('main [name=icon][value="headset"]').check(force=True)
        with self.page.expect_navigation():
            self.page.locator('button[name=do][value="publish"]').click()
        self.page.goto(self.page.url.replace("/design/", "/install/"))
        link = self.page.locator("#link")
        return str(link.evaluate("node => node.value || node.textContent")).strip()


def test_a_new_company_serves_from_the_console_alone(
    stack: Stack, code: str, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{stack.url}/sign-in/")
    page.locator("#sign-in-name").fill(f"1000@{code}")
    page.locator("#sign-in-password").fill(PASSWORD)
    page.locator("#sign-in-password").press("Enter")
    page.wait_for_url("**/console/overview/")

    owner = Owner(page, stack.url)
    owner.adds_group("安装售后")
    owner.adds_agent("1001", "小秦", "安装售后")
    owner.adds_agent("1002", "小吴", "安装售后")
    owner.adds_account("青禾售后", "安装售后")
    owner.adds_channel("服务号菜单", "青禾售后")
    link = owner.publishes("#0b6e4f")
    assert link.startswith(f"{stack.url}/chat/")

    desk = new_context().new_page()
    sign_in(desk, stack.url, f"1001@{code}", PASSWORD)
    agent = AgentAtDesk(desk)
    agent.has_status("online")

    chat = new_context().new_page()
    chat.goto(link)
    visitor = Visitor(chat)
    expect(chat.locator("#banner")).to_be_hidden(timeout=15_000)
    visitor.say("净水器滤芯怎么换？")
    agent.open("净水器滤芯怎么换？")
    agent.say("拧开底盖，逆时针转下旧滤芯。")
    visitor.sees("净水器滤芯怎么换？", "拧开底盖，逆时针转下旧滤芯。")
    visitor.served_by("小秦")

    # And the owner finds it in the numbers' sources and in the log of changes.
    page.goto(f"{stack.url}/console/conversations/")
    expect(page.locator("main")).to_contain_text("小秦")
    page.goto(f"{stack.url}/console/audit/")
    for name in ("安装售后", "小秦", "小吴", "青禾售后", "服务号菜单"):
        expect(page.locator("main")).to_contain_text(name)
