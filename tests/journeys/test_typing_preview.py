"""Typing preview in both browsers: the visitor is told, the agent sees, and nobody sees what was withdrawn."""

import pytest
from playwright.sync_api import expect

from tests.journeys.people import AgentAtDesk, People, Visitor, unique
from tests.journeys.stack import Company
from tests.journeys.test_accessible import is_clean, too_wide

SWITCHED_ON = """
insert into core_setting (tenant_id, level, object_id, name, value, locked)
values (%s, 'tenant', 0, 'typing_preview', 'true', false)
"""


@pytest.fixture(params=["light", "dark"])
def talk(people: People, company: Company, request: pytest.FixtureRequest) -> tuple[Visitor, AgentAtDesk]:
    """carol talks with li, who looks; on a phone, and at a desk."""
    people.stack.change(SWITCHED_ON, company.tenant_id)
    scheme, phone = request.param, {"width": 390, "height": 844}
    li = people.agent(company, color_scheme=scheme, viewport={"width": 1440, "height": 900})
    carol = people.visitor(company, color_scheme=scheme, viewport=phone)
    li.open(carol.say(unique("在吗")))
    carol.served_by("小李")
    return carol, li


def test_what_is_written_is_seen_until_it_is_sent_emptied_or_over(
    people: People, company: Company, talk: tuple[Visitor, AgentAtDesk]
) -> None:
    carol, li = talk
    notice, ghost = carol.page.locator("#preview"), li.page.locator("#unsent")
    expect(notice).to_be_visible()
    carol.write("我想退这件")
    expect(ghost).to_have_text("我想退这件")
    expect(li.page.locator("#rows-active .row-last")).to_have_text("我想退这件")
    is_clean(li.page, "desk with a typing preview")
    is_clean(carol.page, "chat with its notice")
    assert (too_wide(li.tab), too_wide(carol.tab)) == ([], [])
    carol.input.fill("")
    expect(ghost).to_be_hidden()
    carol.write("还是换吧")
    expect(ghost).to_have_text("还是换吧")
    carol.input.press("Enter")
    li.sees("还是换吧")
    expect(ghost).to_be_hidden()
    carol.write("等一下")
    expect(ghost).to_have_text("等一下")
    carol.end()
    expect(ghost).to_be_hidden()
    people.agree(company, [carol], [li])
    assert "我想退这件" not in people.stack.last_lines()
