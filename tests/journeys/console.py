"""小王, the second agent of a company, before the pages of the console."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

from tests.journeys.people import People
from tests.journeys.stack import PASSWORD, Company, Stack


def promote(stack: Stack, company: Company, role: str) -> Company:
    """Give 小王 another role than an agent's."""
    changed = stack.change(
        "update accounts_agent set role_id = (select id from accounts_role where tenant_id = %s and code = %s)"
        " where tenant_id = %s and number = '1002'",
        company.tenant_id,
        role,
        company.tenant_id,
    )
    assert changed == 1
    return company


def at_console(people: People, company: Company, context: BrowserContext, path: str) -> Page:
    """小王's browser at a page, through the sign-in."""
    page = context.new_page()
    page.goto(f"{people.stack.url}/sign-in/?next={path}")
    page.locator("#sign-in-name").fill(company.name("1002"))
    page.locator("#sign-in-password").fill(PASSWORD)
    page.locator("#sign-in-password").press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == path)  # some pages add their filters
    return page
