"""The lists of the desk in two windows of one agent: stars, filters that stay, several conversations at once."""

from playwright.sync_api import expect

from tests.eventually import eventually
from tests.journeys.people import People, unique
from tests.journeys.stack import Company
from tests.journeys.test_accessible import is_clean


def test_stars_and_filters_stay_and_of_several_that_end_those_that_cannot_are_listed(
    people: People, company: Company
) -> None:
    asked = [people.visitor(company).say(unique("请问")) for _ in range(3)]
    bob = people.agent(company)
    eventually(lambda: bob.rows.count() == 3)
    other = people.agent(company)
    row = bob.page.locator("#rows-active .row").filter(has_text=asked[0])
    row.hover()
    row.locator(".row-star").click()
    starred = other.page.locator("#rows-active .row-star[aria-pressed=true]")
    expect(starred).to_have_count(1)
    bob.page.locator("#tab-starred").click()
    expect(bob.page.locator("#starred .row")).to_have_count(1)
    bob.page.locator("#tab-mine").click()

    bob.open(asked[1])
    bob.page.locator("#filter-button").click()
    bob.page.locator("#filter-popup input[value=starred]").check()
    bob.tab.keyboard.press("Escape")
    bob.tab.reload()
    bob.has_status("online")
    expect(bob.page.locator("#filter-chips .filter-chip")).to_have_count(1)
    expect(bob.rows).to_have_count(2)  # the starred one, and the one that is open
    bob.page.locator("#filter-chips .filter-chip").click()
    expect(bob.rows).to_have_count(3)

    colleague = people.agent(company, "1002")
    other.open(asked[2])
    other.page.locator("#transfer-button").click()
    other.page.locator("#colleagues .colleague").filter(has_text="小王").locator("input").check()
    bob.page.locator("#batch-button").click()
    bob.page.locator("#batch-all").check()
    bob.page.locator("#batch-end").click()
    other.page.locator("#transfer-submit").click()
    eventually(lambda: colleague.rows.count() == 1)
    expect(bob.page.locator("#report-dialog li")).to_have_count(1)
    bob.page.locator("#report-dialog button").click()
    expect(bob.rows).to_have_count(0)
    expect(bob.page.locator("#rows-ended .row-link")).to_have_count(2)
    bob.page.locator("#section-ended summary").click()
    is_clean(bob.page, "ended conversations")
    expect(colleague.rows).to_have_count(1)
